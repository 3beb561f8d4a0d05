import * as dli from "pulumi-dli";

const script = new dli.Script("script", {
  source: `
function after_boot(kind)
  log.notice("started: " .. tostring(kind))
end

function power_up()
  uom.relay.outlets[1].state = true
  wait(30)
  uom.relay.outlets[2].state = true
end
`,
  bootHandler: "after_boot",
  bootHandlerLegacy: false,
});

/** The functions that the device found. */
export const functions = script.functions;
