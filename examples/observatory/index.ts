/**
 * An observatory's night: mount, camera and dome get power one after the other, the device's script opens the dome once
 * all of them are on, and the energy used so far is read.
 */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const config = new pulumi.Config();

const relay = new dli.Relay("relay", { name: "Observatory", sequenceDelaySeconds: 1 });
const mount = new dli.Outlet("mount", { number: 1, name: "mount", state: true }, { dependsOn: relay });
const camera = new dli.Outlet("camera", { number: 2, name: "camera", state: true }, { dependsOn: mount });
const dome = new dli.Outlet(
  "dome",
  { number: 3, name: "dome", state: true, protectFromOff: true },
  { dependsOn: camera },
);

const script = new dli.Script("script", {
  source: `
function open_dome(seconds)
  log.notice("opening the dome for " .. tostring(seconds) .. " s")
end
`,
});

/** Set `night` to another value, the date for example, and the dome is opened again. */
const opened = new dli.ScriptRun(
  "open-dome",
  { function: "open_dome", arguments: [90], waitSeconds: 120, triggers: [config.get("night") ?? "first"] },
  { dependsOn: [dome, script] },
);

/** Energy used by the buses so far, read after the dome is open. */
export const energyKilowattHours = dli
  .getMetersOutput({}, { dependsOn: [opened] })
  .apply(({ meters }) => meters.filter((meter) => meter.quantity === "energy").map((meter) => meter.value));
