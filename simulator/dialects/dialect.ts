/** What a dialect is: one question about the real device, with every plausible answer. */

/** Where a doubt comes from: a section of docs/device.md, a report by the owner of a device, or a web page. */
export type DialectSource = `device.md section${string}` | `report by ${string}` | `https://${string}`;

/** One undocumented behaviour of the real device. */
export interface Dialect<V extends DialectValue = DialectValue> {
  /** What it decides. */
  readonly description: string;
  readonly source: DialectSource;
  /** Every plausible value, the default among them. */
  readonly values: readonly V[];
  readonly default: V;
}

/** A dialect's value, as written in a program or after `name=` on the command line. */
export type DialectValue = string | number | boolean;
