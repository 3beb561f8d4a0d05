/** No resource is left out of the model. */
import { resources } from "../../provider/registry";
import { models } from "./resources";

test("every resource and action of the registry has a model", () => {
  const known = new Set(models.map(({ type }) => type));
  const missing = resources.filter(({ type }) => !known.has(type)).map(({ type }) => type);
  if (missing.length > 0) {
    throw new Error(
      `The model test leaves out ${missing.join(", ")}: describe it in test/model/resources/ and add it to index.ts there.`,
    );
  }
});
