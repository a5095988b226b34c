/** Exposes the bridge, and nothing else, to the sandboxed window. */
import { contextBridge, ipcRenderer } from 'electron';
import { type Bridge, eventChannel, requestChannel } from './contract';

/** The channels' prefixes keep the window to requests and events; the main process refuses a name that it does not know. */
const bridge: Bridge = {
  async request(name, argument) {
    return JSON.stringify(await ipcRenderer.invoke(requestChannel(name), argument));
  },
  on(name, listener) {
    // The event object holds the sender, which the window must not get.
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
