/** The names by which a dynamic provider tells the resources of a program apart, since the engine does not pass URNs. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "../../sdk";
import { onMocks } from "./mocks";

const registered = onMocks();

class Rack extends pulumi.ComponentResource {
  readonly outlet: dli.Outlet;

  constructor(type: string, number: number, parent?: pulumi.Resource) {
    super(`test:index:${type}`, "rack", {}, parent && { parent });
    this.outlet = new dli.Outlet("web", { number }, { parent: this });
  }
}

test("resources of one name in components of one name differ by the types of these, as their URNs do", async () => {
  const racks = ["Rack", "Shelf"].map((type, index) => new Rack(type, index + 1));
  racks.push(new Rack("Rack", 3, racks[0]), new Rack("Shelf", 4, racks[0]), new Rack("Shelf", 5, racks[1]));
  const last = new dli.Outlet("web", { number: 6 });
  const all = [last, ...racks.map(({ outlet }) => outlet)];
  await Promise.all(all.map(({ urn }) => new Promise((resolve) => urn.apply(resolve))));
  const outlets = registered.filter(({ type }) => type.endsWith("Outlet"));
  const byNumber = new Map(outlets.map(({ inputs }) => [inputs["number"], inputs["__resource"].name]));
  expect(new Set(byNumber.values()).size).toBe(6);
  expect([byNumber.get(1), byNumber.get(3), byNumber.get(6)]).toEqual(["rack/web", "rack/rack/web", "web"]);
  expect(byNumber.get(2)).toBe("rack/web (test:index:Shelf)");
});

test("the stack, which holds everything, is in no name", async () => {
  await pulumi.runtime.runInPulumiStack(async () => {
    const { outlets } = new dli.PowerController("rack", { outlets: { web: 1 } });
    return { id: outlets["web"]?.id };
  });
  const outlet = registered.find(({ type }) => type.endsWith("Outlet"));
  expect(outlet?.inputs["__resource"].name).toBe("rack/rack-web");
});
