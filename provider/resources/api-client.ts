/**
 * `auth/clients/` as a device has it, since firmware 1.10, a map by the client's name:
 * `{"user2": {"name": "user2", "redirect_urls": {}, "scopes": {"/relay/outlets/all;/state/?access=get": true},
 *   "refresh_tokens": {}, "access_tokens": {"185f8db3...1969": {}}}}`
 * The keys of `access_tokens` are the SHA-256 of the raw tokens in lower-case hex; on the wire a token travels as
 * `Authorization: Bearer NAME.TOKEN`, TOKEN being its raw bytes in base64url without padding. The device never has the
 * token itself. Vendor's page on access tokens; seen in use on 1.13.x (device.md section 3.2).
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { devicePath, type Json, NotSupportedError, sameJson } from "../client";
import { ifPresent, understand, wireObject } from "../runtime/decode";
import type { DeviceView } from "../runtime/device-view";
import type { Lockout } from "../runtime/lockout";
import { defineCreated } from "../schema/definition";
import { sameSet } from "../schema/equality";
import { key, managed, output, required } from "../schema/inputs";
import { scopeProblem } from "../subtrees/token-scopes";

const authPath = devicePath("auth");
const clientsPath = devicePath("auth", "clients");
const clientPath = (name: string) => devicePath("auth", "clients", name);

const tokenBytes = 32;
/** Fewer could be brute-forced from the hash that the state shows. */
const fewestTokenBytes = 16;

const wireClient = z.looseObject({
  scopes: wireObject.optional(),
  access_tokens: wireObject.optional(),
});

export const apiClient = defineCreated({
  type: "ApiClient",
  description:
    "A client of the REST-style API that logs in with a token and may do exactly what its scopes say. Needs firmware 1.10 or newer.",
  inputs: {
    name: key(
      z.string().regex(/^[A-Za-z0-9_-]+$/, "must consist of letters, digits, _ and -"),
      "Name of the client, the part of the token before the dot.",
    ),
    scopes: required(
      z.array(z.string()),
      "What the client may do: paths with matrix selectors, such as `/relay/outlets/=1,3/state/?access=get,modify`. Accesses are `get`, `modify` and `invoke`; if omitted, all of them. Outlets count from 0 here. The order does not matter.",
      { same: sameSet },
    ),
    token: managed(
      z.string(),
      `The secret in wire form: base64url without padding of at least ${fewestTokenBytes} bytes. If omitted, it is generated once from ${tokenBytes} random bytes and kept.`,
      { secret: true, generate: (random) => Buffer.from(random(tokenBytes)).toString("base64url") },
    ),
  },
  outputs: {
    bearer: output(z.string(), "`NAME.TOKEN`, as `dli:token` takes it.", { secret: true }),
    tokenSha256: output(z.string(), "SHA-256 of the token's raw bytes in hex, which is what the device keeps."),
  },
  id: ({ name }) => `clients/${name}`,
  keys: (id) => {
    const name = /^clients\/([^/]+)$/.exec(id)?.[1];
    return name === undefined ? undefined : { name };
  },
  idForm: "<device>/clients/<name>",
  list: async ({ device }) => Object.keys((await readClients(device)) ?? {}).map((name) => `clients/${name}`),

  check(inputs, known) {
    const scopes = Array.isArray(inputs.scopes) ? inputs.scopes : [];
    const failures = scopes.flatMap((scope, index) => {
      const problem = known("scopes") ? scopeProblem(scope) : undefined;
      return problem === undefined ? [] : [{ property: `scopes[${index}]`, reason: problem }];
    });
    const token = known("token") ? inputs.token : undefined;
    const problem = token === undefined ? undefined : tokenProblem(token);
    return problem === undefined ? failures : [...failures, { property: "token", reason: problem }];
  },

  async observe({ device }, desired, previous) {
    const client = await readClient(device, desired.name);
    if (!client) {
      return undefined;
    }
    const scopes = Object.entries(client.scopes ?? {}).flatMap(([scope, allowed]) => (allowed === true ? [scope] : []));
    const hashes = client.access_tokens && Object.keys(client.access_tokens).sort();
    const expected = desired.token === undefined ? previous?.tokenSha256 : sha256(desired.token);
    // A device that does not show its hashes is believed. After an import any token is the right one.
    const found = hashes === undefined ? expected : hashes.find((hash) => (expected ?? hash) === hash);
    return {
      name: desired.name,
      scopes: scopes.sort(),
      ...(desired.token !== undefined && { token: desired.token, bearer: `${desired.name}.${desired.token}` }),
      ...(found !== undefined && { tokenSha256: found }),
    };
  },

  // Without its hash the device does not have our token.
  view: (observed) => (observed.tokenSha256 === undefined ? { ...observed, token: "" } : observed),

  async guard({ device }) {
    if ((await readClients(device)) !== undefined) {
      return;
    }
    throw new NotSupportedError({
      device: device.name,
      method: "GET",
      path: String(clientsPath),
      message: "this device has no API clients",
      remedy: "Update its firmware to 1.10 or newer, or declare a User instead.",
    });
  },

  lockout({ account, device }, desired, observed, changes) {
    if (account.tokenClient !== desired.name) {
      return [];
    }
    const own = `\`${desired.name}\` is the client whose token this provider logs in with`;
    const end = (what: string): Lockout => ({ reason: `${own}, and ${what}`, addresses: [], mayEnd: true });
    if (changes === "removal") {
      return [end("it would be removed")];
    }
    if (changes.has("token")) {
      return [end("its token would change")];
    }
    const isLost = (observed?.scopes ?? []).some((scope) => !desired.scopes.includes(scope));
    if (!changes.has("scopes") || !isLost) {
      return [];
    }
    return [{ reason: `${own}, and it would lose scopes`, addresses: [device.url], mayEnd: true }];
  },

  async apply({ device }, desired, _observed, changes) {
    const present = await readClient(device, desired.name);
    const client: Record<string, Json> = {
      name: desired.name,
      redirect_urls: {},
      refresh_tokens: {},
      access_tokens: {},
      ...(present as Record<string, Json> | undefined),
      scopes: Object.fromEntries(desired.scopes.map((scope) => [scope, true])),
    };
    if (changes.has("token") && desired.token !== undefined) {
      client["access_tokens"] = { [sha256(desired.token)]: {} };
    }
    // An empty map that was read as an empty list is written as what it is.
    for (const [member, value] of Object.entries(client)) {
      if (sameJson(value, {})) {
        client[member] = {};
      }
    }
    await device.put(clientPath(desired.name), client, { touches: clientPath(desired.name) });
  },

  pending: (observed, _desired, changes) =>
    changes.has("token") && observed.tokenSha256 === undefined
      ? "the device accepted the client, but does not have its token"
      : undefined,

  async release({ device }, { name }) {
    await device.delete(clientPath(name), { touches: clientPath(name) });
  },
});

/** All clients by name; `undefined` on a device that has no clients. */
async function readClients(device: DeviceView, name?: string): Promise<Record<string, Json> | undefined> {
  const of = name === undefined ? clientsPath : clientPath(name);
  const value = await ifPresent(device.read(clientsPath, of));
  if (value !== undefined) {
    return understand(device, clientsPath, wireObject, value);
  }
  // Only a parent that is there, without them, proves that there are none.
  const auth = understand(device, authPath, wireObject, await device.read(authPath, of));
  return auth["clients"] === undefined ? undefined : understand(device, clientsPath, wireObject, auth["clients"]);
}

async function readClient(device: DeviceView, name: string) {
  const clients = await readClients(device, name);
  const client = clients && Object.hasOwn(clients, name) ? clients[name] : undefined;
  return client === undefined ? undefined : understand(device, clientPath(name), wireClient, client);
}

function sha256(token: string): string {
  return createHash("sha256").update(Buffer.from(token, "base64url")).digest("hex");
}

function tokenProblem(token: string): string | undefined {
  const raw = Buffer.from(token, "base64url");
  if (raw.toString("base64url") !== token) {
    return "must be base64url without padding, and without the client's name";
  }
  return raw.length < fewestTokenBytes ? `must be at least ${fewestTokenBytes} bytes long` : undefined;
}
