/** Must be the main script's first import, see `loadNativeLibraryFirst`. */
import { loadNativeLibraryFirst } from './native-library';

loadNativeLibraryFirst();
