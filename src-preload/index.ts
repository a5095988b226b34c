/** Exposes the bridge, and nothing else, to the sandboxed window. */
import { contextBridge, ipcRenderer } from 'electron';
import { type Bridge, eventChannel, requestChannel } from './contract';

/** Channel prefixes limit the window to requests and events; the main process refuses unknown names. */
const bridge: Bridge = {
  async request(name, argument) {
    return JSON.stringify(await ipcRenderer.invoke(requestChannel(name), argument));
  },
  on(name, listener) {
    // The event object contains the sender, which the window must not receive.
    const forward = (_event: Electron.IpcRendererEvent, payload: unknown) => {
      listener(JSON.stringify(payload));
    };
    ipcRenderer.on(eventChannel(name), forward);
    return () => {
      ipcRenderer.off(eventChannel(name), forward);
    };
  },
};

contextBridge.exposeInMainWorld('studio', bridge);
