/** Disables everything that is not needed; SSH stays as it is, because `uom` unlocks outlets through it. */
import * as dli from "pulumi-dli";

const baseline = new dli.SecurityBaseline("baseline", { ssh: "leave", lockoutDelayMinutes: 10 });

export const stopsWorking = baseline.stopsWorking;
