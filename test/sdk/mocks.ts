/** Pulumi's mocks, which stand in for the engine and the provider in tests of the SDK. */
import * as pulumi from "@pulumi/pulumi";

type Registered = pulumi.runtime.MockResourceArgs;

/**
 * Runs the programs of a test file on mocks.
 * @returns What the present test has registered so far.
 */
export function onMocks(call: pulumi.runtime.Mocks["call"] = () => ({})): readonly Registered[] {
  const registered: Registered[] = [];
  beforeAll(() =>
    pulumi.runtime.setMocks({
      newResource(args) {
        registered.push(args);
        return { id: `${args.name}-id`, state: args.inputs };
      },
      call,
    }),
  );
  beforeEach(() => {
    registered.length = 0;
  });
  return registered;
}
