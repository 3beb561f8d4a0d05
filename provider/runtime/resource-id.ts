/** Ids of resources, `rack7/outlets/3`: the device, and behind it the thing on that device. */

/** The device in an id; empty where the text is no id. */
export function deviceIn(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf("/")));
}

/** What is behind the device, `outlets/3`; the whole text where it is no id. */
export function thingIn(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}
