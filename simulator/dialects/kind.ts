/** One thing about the real device that is not known for certain, as a switch. */
export interface Dialect<V extends DialectValue = DialectValue> {
  /** What the switch decides. */
  readonly description: string;
  /** Where the doubt comes from. */
  readonly source: string;
  /** Every plausible value, the default among them. */
  readonly values: readonly V[];
  readonly default: V;
}

/** A dialect's value as it is written in a program, or after `name=` on the command line. */
export type DialectValue = string | number | boolean;
