/** The model of ScriptSnippet: an element of a map. */
import fc from "fast-check";
import type { Json } from "../../../provider/client";
import { handChange, type Inputs, type ResourceModel, someOf } from "../resource-model";
import { sameText } from "./script";

/** One of these must be encoded in paths. */
const names = ["greet", "say/it twice"];
const texts = ["log.notice('hello')\n", "log.notice('hello')  \r\n", "log.notice('bye')\n"];

const place = (inputs: Inputs) => `script/snippets/${inputs["name"]}`;

export const scriptSnippetModel: ResourceModel = {
  type: "ScriptSnippet",
  inputs: fc
    .tuple(
      fc.record({ name: fc.constantFrom(...names), source: fc.constantFrom(...texts) }),
      someOf({ adopt: [true, false] }),
    )
    .map(([needed, chosen]): Inputs => ({ ...needed, ...chosen })),
  claims: (inputs) => [place(inputs)],
  declared: (inputs) => new Map<string, Json>([[`${place(inputs)}/source`, inputs["source"] as Json]]),
  element: place,
  same: (_path, found, declared) => sameText(found, declared),
  byHand: fc.oneof(
    fc.tuple(fc.constantFrom(...names), fc.constantFrom(...texts)).map(([name, source]) =>
      handChange(`snippet ${name} becomes ${JSON.stringify(source)}`, ({ tree }) => {
        tree.script.snippets[name] = { source };
      }),
    ),
    fc.constantFrom(...names).map((name) =>
      handChange(`snippet ${name} is removed`, ({ tree }) => {
        delete tree.script.snippets[name];
      }),
    ),
  ),
};
