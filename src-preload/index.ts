/** Exposes the bridge, and nothing else, to the sandboxed window. */
import { contextBridge, ipcRenderer } from 'electron';
import { eventChannel, eventNames, requestChannel, requestNames, type Bridge } from './contract';

const bridge: Bridge = {
  async request(name, argument) {
    if (!requestNames.includes(name)) throw new TypeError('No such request');
    return JSON.stringify(await ipcRenderer.invoke(requestChannel(name), argument));
  },
  on(name, listener) {
    if (!eventNames.includes(name)) throw new TypeError('No such event');
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
