/**
 * `config/` as a device has it, among about a hundred other members:
 * `{"ssh_enabled": true, "ssh_port": 22, "ssh_authorized_keys": ""}`
 * Names from the Object Model Reference EPCDC32 of 2021-08-19; the form of `ssh_authorized_keys` is unverified (text,
 * or a list of lines), so it is written back in the form that the device has.
 */
import * as z from "zod";
import type { Json } from "../client";
import { normalisedText } from "../schema/equality";
import { field, settings } from "../schema/settings-group";

const asText = (onDevice: Json): Json => (Array.isArray(onDevice) ? onDevice.join("\n") : (onDevice ?? ""));
const inFormOf = (text: string, onDevice: Json): Json =>
  Array.isArray(onDevice) ? text.split(/\r?\n/).filter((line) => line.trim() !== "") : text;

export const ssh = settings("Ssh", {
  description: "SSH access to the device's command line. Only the admin can log in by SSH.",
  id: "ssh",
  inputs: {
    enabled: field("config/ssh_enabled/", z.boolean(), "Whether the device accepts SSH logins."),
    port: field("config/ssh_port/", z.int().min(1).max(65535), "TCP port of the SSH server, 1 to 65535."),
    authorizedKeys: field(
      "config/ssh_authorized_keys/",
      z.string(),
      "OpenSSH public keys that may log in, one per line. Differences in line endings, trailing white space and blank lines at the beginning are ignored.",
      {
        same: (left, right) => normalisedText(left).trimStart() === normalisedText(right).trimStart(),
        isConfidential: true,
        toWire: inFormOf,
        fromWire: asText,
      },
    ),
  },
});
