/** What defines a device before it has any state: everything that the description of its tree depends on. */
import type { DialectSettings } from "../dialects";
import type { Model } from "./models";

/** Model, firmware and dialects of a device; none of them changes while it runs. */
export interface DeviceProfile {
  readonly model: Model;
  /** Such as 1.12.14.0. */
  readonly firmware: string;
  readonly dialects: DialectSettings;
}
