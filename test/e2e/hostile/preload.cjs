// A compromised window has the channel itself, without the bridge and its checks.
const { ipcRenderer } = require('electron');

Object.assign(globalThis, { raw: ipcRenderer });
