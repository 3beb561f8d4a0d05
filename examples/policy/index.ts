/** What no program may do to the power, whoever wrote it: `pulumi up --policy-pack ../policy`, through either provider. */
import { PolicyPack, validateResourceOfType } from "@pulumi/policy";
import * as dli from "pulumi-dli";

const isRouter = (name: string | undefined) => name?.toLowerCase() === "router";

new PolicyPack("power", {
  enforcementLevel: "mandatory",
  policies: [
    {
      name: "router-stays-on",
      description: "No outlet named router may be off.",
      validateResource: [
        validateResourceOfType(dli.Outlet, ({ number, name, state }, _args, report) => {
          if (isRouter(name) && state === false) {
            report(`Outlet ${number} is the router's, which may not be off.`);
          }
        }),
        validateResourceOfType(dli.Outlets, ({ outlets }, _args, report) => {
          for (const [number, { name, state }] of Object.entries(outlets)) {
            if (isRouter(name) && state === false) {
              report(`Outlet ${number} is the router's, which may not be off.`);
            }
          }
        }),
      ],
    },
    {
      name: "no-power-cuts",
      description: "No program may cut power in passing: that is left to people, who see what it hits.",
      validateResource: [
        validateResourceOfType(dli.OutletCycle, (_cycle, _args, report) => report("It cycles outlets.")),
        validateResourceOfType(dli.Reboot, (_reboot, _args, report) => report("It reboots the device.")),
        validateResourceOfType(dli.SwitchOutlets, ({ states }, _args, report) => {
          if (Object.values(states).includes(false)) {
            report("It switches outlets off.");
          }
        }),
      ],
    },
  ],
});
