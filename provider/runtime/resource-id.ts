/** Resource ids, such as `rack7/outlets/3`: the device, followed by the thing on that device. */

/** The device in an id; empty if the text is not an id. */
export function deviceIn(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf("/")));
}

/** What follows the device, `outlets/3`; the whole text if it is not an id. */
export function thingIn(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}
