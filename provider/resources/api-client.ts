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
import { understand, wireObject } from "../runtime/decode";
import type { DeviceView } from "../runtime/device-view";
import { isOwnLogin, type Lockout, ownLoginRank } from "../runtime/gate/own-access";
import { findElement, hasCollection, listElements, readElements } from "../runtime/tree/collection";
import { defineCreated } from "../schema/definition";
import { sameSet } from "../schema/equality";
import { key, managed, output, required } from "../schema/inputs";
import { keptAs, keptAsIfOther, namedAmong, namesOf, type Wanted } from "../subtrees/spelling";
import { scopeProblem } from "../subtrees/token-scopes";

const clients = { container: "auth/", member: "clients", form: "map" } as const;
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
    keptAs: keptAs(z.string()),
  },
  id: ({ name }) => idOf(name),
  keys: (id) => {
    const name = /^clients\/([^/]+)$/.exec(id)?.[1];
    return name === undefined ? undefined : { name };
  },
  idForm: "<device>/clients/<name>",
  list: async ({ device }) => [...(await listElements(device, clients)).keys()].map(idOf),

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
    own.set(device, previous?.tokenSha256);
    const named = await findClient(device, { declared: desired.name, previous });
    if (!named) {
      return undefined;
    }
    const [name, client] = named;
    const scopes = Object.entries(client.scopes ?? {}).flatMap(([scope, allowed]) => (allowed === true ? [scope] : []));
    const hashes = client.access_tokens && Object.keys(client.access_tokens).sort();
    const expected = desired.token === undefined ? previous?.tokenSha256 : sha256(desired.token);
    // A device that does not show its hashes is believed. After an import, any token is the right one.
    const found = hashes === undefined ? expected : hashes.find((hash) => (expected ?? hash) === hash);
    return {
      name,
      ...keptAsIfOther(name, name === desired.name),
      scopes: scopes.sort(),
      ...(desired.token !== undefined && { token: desired.token, bearer: bearerOf(name, desired.token) }),
      ...(found !== undefined && { tokenSha256: found }),
    };
  },

  // If its hash is missing, the device does not have our token.
  view: (observed) => (observed.tokenSha256 === undefined ? { ...observed, token: "" } : observed),

  async guard({ device }, { name }) {
    if (await hasCollection(device, clients, clientPath(name))) {
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
    const name = observed?.name ?? desired.name;
    if (!isOwnLogin(account.tokenClient, name)) {
      return [];
    }
    const own = `\`${name}\` is the client whose token this provider logs in with`;
    const end = (what: string): Lockout => ({
      reason: `${own}, and ${what}`,
      addresses: [],
      mayEnd: true,
      rank: ownLoginRank,
    });
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
    return [{ reason: `${own}, and it would lose scopes`, addresses: [device.url], mayEnd: true, rank: ownLoginRank }];
  },

  keysOnDevice: async ({ device }) => [...(await readElements(device, clients)).keys()],

  async make({ device }, { name, scopes, token }) {
    const client = {
      name,
      redirect_urls: {},
      refresh_tokens: {},
      access_tokens: token === undefined ? {} : { [sha256(token)]: {} },
      scopes: allowed(scopes),
    };
    await device.put(clientPath(name), client, { touches: clientPath(name) });
    return undefined;
  },

  async apply({ device, warn }, desired, observed, changes) {
    const name = observed?.name ?? desired.name;
    // The client is written as a whole, so an earlier read would undo what others have changed of it since.
    device.readNow();
    const present = (await findClient(device, { declared: name, previous: {} }))?.[1];
    const client: Record<string, Json> = {
      name,
      ...(present as Record<string, Json> | undefined),
      scopes: allowed(desired.scopes),
    };
    if (changes.has("token") && desired.token !== undefined) {
      warnOfOthers(device, name, present?.access_tokens, warn);
      client["access_tokens"] = { [sha256(desired.token)]: {} };
    }
    // An empty map that was read as an empty list is written as a map.
    for (const [member, value] of Object.entries(client)) {
      if (sameJson(value, {})) {
        client[member] = {};
      }
    }
    await device.put(clientPath(name), client, { touches: clientPath(desired.name) });
  },

  known: ({ name, token }) =>
    token === undefined ? {} : { bearer: bearerOf(name, token), tokenSha256: sha256(token) },

  pending: (observed, _desired, changes) =>
    changes.has("token") && observed.tokenSha256 === undefined
      ? "the device accepted the client, but does not have its token"
      : undefined,

  async release({ device }, desired, { name = desired.name }) {
    await device.delete(clientPath(name), { touches: clientPath(desired.name) });
  },
});

/** For each operation, the hash of the token that the last one left. */
const own = new WeakMap<DeviceView, string | undefined>();

/** Warns that a new token ends every token of the client other than the resource's former one. */
function warnOfOthers(
  device: DeviceView,
  name: string,
  tokens: Record<string, unknown> | undefined,
  warn: (message: string) => void,
): void {
  const count = Object.keys(tokens ?? {}).filter((hash) => hash !== own.get(device)).length;
  if (count > 0) {
    const [which, one] =
      count === 1 ? ["1 other token, which stops", "it"] : [`${count} other tokens, which stop`, "one of them"];
    warn(`${device.name}: the client \`${name}\` has ${which} working: whatever uses ${one} needs the new one`);
  }
}

function idOf(name: string): string {
  return `clients/${name}`;
}

/** The wanted client, with its name on the device; `undefined` if it is proved absent. */
async function findClient(device: DeviceView, wanted: Wanted<string>) {
  const found = await findElement(device, clients, {
    find: (all) => namedAmong([...all], ([name]) => name, wanted)[0],
    alone: namesOf(wanted).map(clientPath),
  });
  return found && ([found[0], understand(device, clientPath(found[0]), wireClient, found[1])] as const);
}

/** Scopes as the device keeps them. */
function allowed(scopes: readonly string[]): Record<string, Json> {
  return Object.fromEntries(scopes.map((scope) => [scope, true]));
}

function sha256(token: string): string {
  return createHash("sha256").update(Buffer.from(token, "base64url")).digest("hex");
}

function bearerOf(name: string, token: string): string {
  return `${name}.${token}`;
}

function tokenProblem(token: string): string | undefined {
  const raw = Buffer.from(token, "base64url");
  if (raw.toString("base64url") !== token) {
    return "must be base64url without padding, and without the client's name";
  }
  return raw.length < fewestTokenBytes ? `must be at least ${fewestTokenBytes} bytes long` : undefined;
}
