/** The device's Lua script, with a function that the device calls after a boot. */
import * as dli from "pulumi-dli";

const script = new dli.Script("script", {
  source: `
function after_boot(kind)
  log.notice("started: " .. tostring(kind))
end

function power_up()
  outlet[1].on()
  delay(30)
  outlet[2].on()
end
`,
  bootHandler: "after_boot",
  bootHandlerLegacy: false,
});

/** The functions that the device found. */
export const functions = script.functions;
