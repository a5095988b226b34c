/** Imported before everything else by the main script, for what it does: see `loadNativeLibraryFirst`. */
import { loadNativeLibraryFirst } from './native-library';

loadNativeLibraryFirst();
