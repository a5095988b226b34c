import type { Action } from './action';

export interface MenuItem {
  label: string;
  action: Action;
  testid: string;
}

/** What a popup menu is about, and what it offers. */
export interface MenuContent {
  title: string;
  details: string;
  items: MenuItem[];
}
