/**
 * What the device is and which account is in use: `cred/`, and from `config/` and `relay/`
 * `{"serial": "...", "version": "1.12.14.0", "hardware_id": "...", "hostname": "..."}` and
 * `{"name": "DLI Controller", "model": "LPC9", "version": "..."}`. What a user may not read is left out.
 */
import * as z from "zod";
import { type Json, memberOf } from "../client";
import type { DeviceView } from "../runtime/device-view";
import type { Members } from "../runtime/tree/known";
import { ifAllowed, readList, readObject, readValue } from "../runtime/tree/read";
import { defineFunction } from "../schema/function";
import { output } from "../schema/inputs";
import { outletsPath } from "../subtrees/outlets";

export const getDevice = defineFunction({
  name: "getDevice",
  description: "What the device is: serial number, firmware, model, names, number of outlets, and the account in use.",
  inputs: {},
  outputs: {
    name: output(z.string(), "The device's name."),
    serial: output(z.string(), "Serial number."),
    firmware: output(z.string(), "Firmware version, such as `1.12.14.0`."),
    relayFirmware: output(z.string(), "Version of the relay module's own (AVR) firmware."),
    hardwareId: output(z.string(), "Hardware id."),
    model: output(z.string(), "Model, such as `LPC9`."),
    hostname: output(z.string(), "Host name."),
    outletCount: output(z.int(), "Number of outlets."),
    outletNames: output(z.array(z.string()), "Names of the outlets, outlet 1 first."),
    username: output(z.string(), "The account in use."),
    isAdmin: output(z.boolean(), "Whether that account is the administrator."),
  },
  async call({ device }) {
    const cred = await readMembers(device, "cred/");
    const config = await readMembers(device, "config/");
    const [name, model, relayFirmware] = await Promise.all(
      ["name", "model", "version"].map((member) => ifAllowed(readValue(device, `relay/${member}/`), undefined)),
    );
    const outlets = await ifAllowed(readList(device, outletsPath), undefined);
    const names = [...(outlets?.all.values() ?? [])].map(nameOf);
    const access = cred["outlet_access"];
    return {
      name: text(name),
      serial: text(config["serial"]),
      firmware: text(config["version"]),
      relayFirmware: text(relayFirmware),
      hardwareId: text(config["hardware_id"]),
      model: text(model),
      hostname: text(config["hostname"]),
      outletCount: Array.isArray(access) ? access.length : names.length,
      outletNames: names,
      username: text(cred["name"]),
      isAdmin: cred["is_admin"] === true,
    };
  },
});

async function readMembers(device: DeviceView, path: string): Promise<Members> {
  return (await ifAllowed(readObject(device, path), undefined)) ?? {};
}

function nameOf(outlet: Json): string {
  const name = memberOf(outlet, "name");
  return typeof name === "string" ? name : "";
}

/** Some firmwares keep ids as numbers. Null, lists and objects are left out. */
function text(value: Json | undefined): string | undefined {
  return value === undefined || typeof value === "object" ? undefined : String(value);
}
