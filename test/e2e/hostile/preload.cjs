// What a window has that was taken over: the channel itself, without the bridge and what it checks.
const { ipcRenderer } = require('electron');

Object.assign(globalThis, { raw: ipcRenderer });
