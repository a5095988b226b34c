/** Opens only a browser window on the address that is the last argument. */
const { BrowserWindow, app } = require('electron');
const process = require('node:process');

void app.whenReady().then(() => new BrowserWindow().loadURL(process.argv.at(-1)));
