/** The model of ApiClient: an element of a map, with tokens that are generated or declared. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { Json } from "../../../provider/client";
import type { ClientState } from "../../../simulator";
import { type HandChange, handChange, type Inputs, type ResourceModel, someOf } from "../resource-model";

const names = ["ops", "ci"];
const readStates = "/relay/outlets/all;/state/?access=get";
const scopeLists = [
  [readStates],
  [readStates, "/script/?access=get,invoke"],
  ["/script/?access=get,invoke", readStates],
];
const tokens = ["first token of client", "second token, another"].map((text) =>
  Buffer.from(text).toString("base64url"),
);

const place = (inputs: Inputs) => `auth/clients/${inputs["name"]}`;
const hash = (token: Json) =>
  createHash("sha256")
    .update(Buffer.from(String(token), "base64url"))
    .digest("hex");

export const apiClientModel: ResourceModel = {
  type: "ApiClient",
  inputs: fc
    .tuple(
      fc.record({ name: fc.constantFrom(...names), scopes: fc.constantFrom(...scopeLists) }),
      someOf({ token: tokens, adopt: [true, false] }),
    )
    .map(([needed, chosen]): Inputs => ({ ...needed, ...chosen })),
  claims: (inputs) => [place(inputs)],
  declared(inputs) {
    const declared = new Map<string, Json>([[`${place(inputs)}/scopes`, [...(inputs["scopes"] as string[])].sort()]]);
    const token = inputs["token"];
    return token === undefined ? declared : declared.set(`${place(inputs)}/access_tokens`, [hash(token)]);
  },
  // Without a declared token, one is generated unless the device still has the previous one.
  follows: (inputs) => [`${place(inputs)}/access_tokens`],
  element: place,
  byHand: fc.oneof(
    fc.constantFrom(...names).map((name) =>
      handChange(`client ${name} is added`, (device) => {
        const path = `auth/clients/${name}`;
        if (!device.tree.auth.clients[name]) {
          device.changeByHand(path, { name, access_tokens: { [hash("AAAA")]: {} } });
        }
      }),
    ),
    fc.constantFrom(...names).map((name) =>
      handChange(`client ${name} is removed`, ({ tree }) => {
        delete tree.auth.clients[name];
      }),
    ),
    fc.constantFrom(...names).map((name) =>
      onClient("may do something else", name, (client) => {
        client.scopes = { "/meter/": true };
      }),
    ),
    fc.constantFrom(...names).map((name) =>
      onClient("has no token any more", name, (client) => {
        client.access_tokens = {};
      }),
    ),
  ),
};

function onClient(what: string, name: string, change: (client: ClientState) => void): HandChange {
  return handChange(`client ${name} ${what}`, ({ tree }) => {
    const client = tree.auth.clients[name];
    if (client) {
      change(client);
    }
  });
}
