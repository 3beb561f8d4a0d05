/**
 * `auth/clients/` as it stands on the device, since firmware 1.10, a map by the client's name:
 * `{"user2": {"name": "user2", "redirect_urls": {}, "scopes": {"/relay/outlets/all;/state/?access=get": true},
 *   "refresh_tokens": {}, "access_tokens": {"185f8db3...1969": {}}}}`
 * The keys of `access_tokens` are the SHA-256 of the raw tokens in lower-case hex; on the wire a token travels as
 * `Authorization: Bearer NAME.TOKEN`, TOKEN being its raw bytes in base64url without padding. The device never has the
 * token itself. Vendor's page on access tokens; seen in use on 1.13.x (device.md section 3.2).
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { devicePath, type Json, NotSupportedError, sameJson } from "../client";
import type { Context } from "../runtime/context";
import { ifPresent, understand, wireObject } from "../runtime/decode";
import type { Lockout } from "../runtime/lockout";
import { define } from "../schema/definition";
import { sameSet } from "../schema/equality";
import { key, managed, output, required } from "../schema/inputs";
import { scopeProblem } from "../subtrees/token-scopes";

const authPath = devicePath("auth");
const clientsPath = devicePath("auth", "clients");
const clientPath = (name: string) => devicePath("auth", "clients", name);

const tokenBytes = 32;
/** Fewer could be found by trying, from the hash that the state shows. */
const fewestTokenBytes = 16;

const wireClient = z.looseObject({
  scopes: wireObject.optional(),
  access_tokens: wireObject.optional(),
});

export const apiClient = define({
  type: "ApiClient",
  family: "created",
  description:
    "A client of the REST-style API that logs in with a token and may do exactly what its scopes say. Needs firmware 1.10 or newer.",
  inputs: {
    name: key(
      z.string().regex(/^[A-Za-z0-9_-]+$/, "has to consist of letters, digits, _ and -"),
      "Name of the client, the part of the token before the dot.",
    ),
    scopes: required(
      z.array(z.string()),
      "What the client may do: paths with matrix selectors, such as `/relay/outlets/=1,3/state/?access=get,modify`. Accesses are `get`, `modify` and `invoke`; left out, all of them. Outlets count from 0 here. The order does not matter.",
      { same: sameSet },
    ),
    token: managed(
      z.string(),
      `The secret in wire form: base64url without padding of at least ${fewestTokenBytes} bytes. Left out, it is made from ${tokenBytes} random bytes once and kept.`,
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
  list: async (context) => Object.keys((await readClients(context)) ?? {}).map((name) => `clients/${name}`),

  check(inputs, known) {
    const scopes = Array.isArray(inputs.scopes) ? inputs.scopes : [];
    const failures = scopes.flatMap((scope, index) => {
      const problem = known("scopes") ? scopeProblem(scope) : undefined;
      return problem === undefined ? [] : [{ property: `scopes[${index}]`, reason: `${scope} ${problem}` }];
    });
    const token = known("token") ? inputs.token : undefined;
    const problem = token === undefined ? undefined : tokenProblem(token);
    return problem === undefined ? failures : [...failures, { property: "token", reason: problem }];
  },

  async observe(context, wanted, previous) {
    const client = await readClient(context, wanted.name);
    if (!client) {
      return undefined;
    }
    const scopes = Object.entries(client.scopes ?? {}).flatMap(([scope, allowed]) => (allowed === true ? [scope] : []));
    const hashes = client.access_tokens && Object.keys(client.access_tokens).sort();
    const expected = wanted.token === undefined ? previous?.tokenSha256 : sha256(wanted.token);
    // A device that does not show its hashes is believed. After an import any token is the right one.
    const found = hashes === undefined ? expected : hashes.find((hash) => (expected ?? hash) === hash);
    return {
      name: wanted.name,
      scopes: scopes.sort(),
      ...(wanted.token !== undefined && { token: wanted.token, bearer: `${wanted.name}.${wanted.token}` }),
      ...(found !== undefined && { tokenSha256: found }),
    };
  },

  // The device has no token of ours without its hash.
  view: (observed) => (observed.tokenSha256 === undefined ? { ...observed, token: "" } : observed),

  async guard(context) {
    if ((await readClients(context)) !== undefined) {
      return;
    }
    throw new NotSupportedError({
      device: context.device.name,
      method: "GET",
      path: String(clientsPath),
      message: "this device has no API clients",
      remedy: "Update its firmware to 1.10 or newer, or declare a User instead.",
      outcome: "notSent",
    });
  },

  lockout({ account, device }, wanted, observed, changes) {
    if (account.tokenClient !== wanted.name) {
      return [];
    }
    const own = `\`${wanted.name}\` is the client whose token this provider logs in with`;
    const end = (what: string): Lockout => ({ reason: `${own}, and ${what}`, addresses: [], mayEnd: true });
    if (changes === "removal") {
      return [end("it would be removed")];
    }
    if (changes.has("token")) {
      return [end("its token would be another one")];
    }
    const lost = (observed?.scopes ?? []).some((scope) => !wanted.scopes.includes(scope));
    if (!changes.has("scopes") || !lost) {
      return [];
    }
    return [{ reason: `${own}, and it would be stripped of scopes`, addresses: [device.url], mayEnd: true }];
  },

  async apply(context, wanted, _observed, changes) {
    const present = await readClient(context, wanted.name);
    const client: Record<string, Json> = {
      name: wanted.name,
      redirect_urls: {},
      refresh_tokens: {},
      access_tokens: {},
      ...(present as Record<string, Json> | undefined),
      scopes: Object.fromEntries(wanted.scopes.map((scope) => [scope, true])),
    };
    if (changes.has("token") && wanted.token !== undefined) {
      client["access_tokens"] = { [sha256(wanted.token)]: {} };
    }
    // An empty map that was read as an empty list goes back as what it is.
    for (const [member, value] of Object.entries(client)) {
      if (sameJson(value, {})) {
        client[member] = {};
      }
    }
    await context.device.put(clientPath(wanted.name), client, { touches: clientPath(wanted.name) });
  },

  pending: (observed, _wanted, changes) =>
    changes.has("token") && observed.tokenSha256 === undefined
      ? "the device took the client, but not its token,"
      : undefined,

  async release(context, { name }) {
    await context.device.delete(clientPath(name), { touches: clientPath(name) });
  },
});

/** All clients by name; `undefined` on a device that has none of the kind. */
async function readClients(context: Context, name?: string): Promise<Record<string, Json> | undefined> {
  const of = name === undefined ? clientsPath : clientPath(name);
  const answer = await ifPresent(context.device.read(clientsPath, of));
  if (answer !== undefined) {
    return understand(context, clientsPath, wireObject, answer);
  }
  // Only a parent that is there, without them, shows that there are none.
  const auth = understand(context, authPath, wireObject, await context.device.read(authPath, of));
  return auth["clients"] === undefined ? undefined : understand(context, clientsPath, wireObject, auth["clients"]);
}

async function readClient(context: Context, name: string) {
  const clients = await readClients(context, name);
  const client = clients && Object.hasOwn(clients, name) ? clients[name] : undefined;
  return client === undefined ? undefined : understand(context, clientPath(name), wireClient, client);
}

function sha256(token: string): string {
  return createHash("sha256").update(Buffer.from(token, "base64url")).digest("hex");
}

function tokenProblem(token: string): string | undefined {
  const raw = Buffer.from(token, "base64url");
  if (raw.toString("base64url") !== token) {
    return "has to be base64url without padding, and without the client's name";
  }
  return raw.length < fewestTokenBytes ? `has to stand for at least ${fewestTokenBytes} bytes` : undefined;
}
