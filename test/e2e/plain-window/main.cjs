/** A browser window on the address that comes last on the command line, and nothing else. */
const { BrowserWindow, app } = require('electron');
const process = require('node:process');

void app.whenReady().then(() => new BrowserWindow().loadURL(process.argv.at(-1)));
