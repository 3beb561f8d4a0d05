/** Mistakes that users make, and code that makes each of them. docs/messages.md has the messages. */
import { LoginLedger } from "../../provider/client";
import { ErrorReport } from "../../provider/lifecycle/errors/error-report";
import type { SimulatedDevice } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";

/** What making a mistake takes. */
interface Lab {
  readonly device: SimulatedDevice;
  /** An engine with these values on top of the configuration for the device. */
  readonly with: (config: Record<string, string>) => MiniEngine;
}

type Mistake = (lab: Lab) => Promise<unknown>;

const outlet = { number: 1, name: "web", state: true };
const user = { name: "fred", password: "fr3d's word" };

/** A mistake in the inputs of a resource, on any device. */
const declaring =
  (type: string, inputs: Record<string, unknown>): Mistake =>
  (lab) =>
    lab.with({}).create(type, inputs);

/** A mistake in the configuration. */
const configuring =
  (config: Record<string, string>, inputs: Record<string, unknown> = outlet): Mistake =>
  (lab) =>
    lab.with(config).create("Outlet", inputs);

/** Every mistake, by its heading in docs/messages.md. */
export const mistakes: Readonly<Record<string, Mistake>> = {
  "An input that does not exist": declaring("Outlet", { ...outlet, nmae: "web" }),
  "A string instead of true or false": declaring("Outlet", { number: 1, state: "on" }),
  "A choice that does not exist": declaring("Outlet", { ...outlet, enforce: "phisical" }),
  "A required input is missing": declaring("Outlet", { state: true }),
  "Outlet 0": declaring("Outlet", { number: 0, state: true }),
  "Outlet 9 of 8": declaring("Outlet", { number: 9, state: true }),
  "The same outlet twice": (lab) =>
    lab.with({}).createAll([
      { type: "Outlet", name: "router", inputs: { number: 1, state: true } },
      { type: "Outlet", name: "nas", inputs: { number: 1, state: true } },
    ]),
  "An outlet by a name": declaring("Outlets", { outlets: { web: { state: true } } }),
  "A misspelt setting of an outlet": declaring("Outlets", { outlets: { 1: { nmae: "web" } } }),
  "Switching off a protected outlet": declaring("Outlet", { number: 1, state: false, protectFromOff: true }),
  "Switching off an outlet that the configuration protects": configuring(
    { "dli:protectedOutlets": "1,4" },
    { number: 1, state: false },
  ),
  "A locked outlet": (lab) => {
    lab.device.changeByHand("relay/outlets/0/locked", true);
    return lab.with({}).create("Outlet", { number: 1, state: false });
  },
  "A user's outlet that does not exist": declaring("User", { ...user, outletAccess: [9] }),
  "A user's outlets as a string": declaring("User", { ...user, outletAccess: "2" }),
  "A user that already exists": async (lab) => {
    await lab.with({}).create("User", user);
    await lab.with({}).create("User", { ...user, outletAccess: [2] });
  },
  "The administrator as a user": declaring("User", { ...user, name: "admin" }),
  "A password of digits": declaring("User", { name: "fred", password: 4711 }),
  "A time out of range": declaring("AutoPing", { pingIntervalSeconds: 1 }),
  "A fraction where a whole number is needed": declaring("AutoPing", { maxReboots: 1.5 }),
  "An address with a typo": declaring("AutoPingItem", { addresses: ["192.0.2.1111"], outlets: [1] }),
  "No address to ping": declaring("AutoPingItem", { addresses: [], outlets: [1] }),
  "A setting that belongs to another resource": declaring("Setting", { path: "relay/outlets/0/state", value: false }),
  "A script with a syntax error": declaring("Script", { source: "function restart(\n" }),
  "No address of the device": configuring({ "dli:url": "" }),
  "No password": configuring({ "dli:password": "" }),
  "A misspelt configuration key": (lab) => lab.with({ "dli:pasword": "x" }).create("Outlet", outlet),
  "A misspelt key in `dli:devices`": configuring(
    { "dli:devices": '{"lab": {"url": "http://192.168.0.100", "pasword": "x"}}' },
    { ...outlet, device: "lab" },
  ),
  "A device that does not exist": configuring(
    { "dli:devices": '{"lab": {"url": "http://192.168.0.100", "password": "x"}}' },
    { ...outlet, device: "labb" },
  ),
  "An address without http://": configuring({ "dli:url": "192.168.0.100" }),
  "Protected outlets that are not numbers": configuring({ "dli:protectedOutlets": "router" }),
  "Nothing at the address": configuring({ "dli:url": "http://127.0.0.1:9" }),
  "https:// for a device that speaks http://": (lab) =>
    lab.with({ "dli:url": lab.device.url.replace("http:", "https:") }).create("Outlet", outlet),
  "A wrong password": configuring({ "dli:password": "wrong" }),
  "The REST-style API is off": (lab) => {
    lab.device.tree.config.allow_rest = false;
    return lab.with({}).create("Outlet", outlet);
  },
};

/** The message that a mistake leads to, as both adapters show it. */
export async function messageOf(mistake: Mistake, device: SimulatedDevice): Promise<string> {
  const configured = (config: Record<string, string>) =>
    new MiniEngine({ device, config, keys: Object.keys(config), logins: new LoginLedger() });
  const error = await mistake({ device, with: configured }).then(
    () => new Error("nothing was said"),
    (thrown: unknown) => new ErrorReport(() => undefined).shown(thrown),
  );
  return (error as Error).message
    .replaceAll(device.url.replace("http:", "https:"), "https://192.168.0.100")
    .replaceAll(device.url, "http://192.168.0.100");
}
