/**
 * Adapter 1: Pulumi's dynamic providers. The state of every resource holds the text
 * `exports.handler=()=>require("pulumi-dli/dynamic/v1").get("Outlet");`, so this module's name and `get` are a wire
 * format: they stay valid for ever.
 */

import { setFlagsFromString } from "node:v8";
import * as z from "zod";
import { isJsonObject, type Json } from "../client";
import { lifecycleOf } from "../lifecycle";
import { pathDifferences } from "../lifecycle/diff/path-differences";
import { PartialFailure } from "../lifecycle/errors/errors";
import { failureText } from "../lifecycle/inputs/check";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { fromEngine, shortInputs, toEngine } from "../lifecycle/state/engine-form";
import type { EngineValues } from "../lifecycle/state/engine-words";
import { withoutWrappers, withSecretsMarked } from "../lifecycle/state/secret-values";
import { isOwnState, type State } from "../lifecycle/state/state";
import { definitionOf } from "../registry";
import type { AnyDefinition } from "../schema/definition";
import { covers, parsePath } from "../schema/property-path";
import { unprintedError } from "./console";
import { withDetails } from "./detailed-answer";
import { passOnIgnored } from "./ignored-by-engine";
import { type ConfigureRequest, ProcessRun } from "./process-run";

/** The methods that Pulumi's dynamic-provider process calls. */
export interface DynamicProvider {
  configure(request: ConfigureRequest): Promise<void>;
  check(
    olds: EngineValues,
    news: EngineValues,
  ): Promise<{ inputs: EngineValues; failures: { property: string; reason: string }[] }>;
  diff(
    id: string,
    olds: EngineValues,
    news: EngineValues,
  ): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }>;
  create(inputs: EngineValues): Promise<{ id: string; outs: EngineValues }>;
  read(id: string, props: EngineValues): Promise<{ id?: string; props?: EngineValues; inputs?: EngineValues }>;
  update(id: string, olds: EngineValues, news: EngineValues): Promise<{ outs: EngineValues }>;
  delete(id: string, props: EngineValues): Promise<void>;
}

const delegateKey = "__provider";

/** Where the SDK passes on what the engine does not tell dynamic providers. */
const resourceKey = "__resource";

/** What the SDK says about a resource; older SDKs say nothing. */
const registrationSchema = z.object({
  /** Distinguishes it from the other resources of its type in the program. */
  name: z.string().optional(),
  ignoreChanges: z.array(z.string()).default([]),
  replaceOnChanges: z.array(z.string()).default([]),
  /** In a preview, the file that tells the SDK what will happen. */
  plan: z.string().optional(),
});

// After some thirty responses V8 would recompile undici's parser, which is WebAssembly, to make it faster. In a process
// that ends within seconds that costs 30 MB of memory, a fifth of its total, and gains nothing.
setFlagsFromString("--wasm-tiering-budget=1000000000");

/** Pulumi's process loads this module once and ends with the engine's operation. */
const run = new ProcessRun();

/** The provider of one resource type, by its name: `get("Outlet")`. */
export function get(type: string): DynamicProvider {
  const definition = definitionOf(type);
  if (!definition) {
    throw new Error(
      `this version of pulumi-dli has no resource ${type}; install the one that the program was written for`,
    );
  }
  const lifecycle = () => lifecycleOf(definition, run.devices());
  passOnIgnored(withIgnored);
  return {
    async configure(request) {
      run.configure(request);
    },
    check: (olds, news) => run.during(() => withShownErrors(() => check(lifecycle(), olds, news))),
    diff: (id, olds, news) => run.during(() => withShownErrors(() => diff(lifecycle(), id, olds, news))),
    async create(inputs) {
      run.changesBegin();
      const { id, state } = await withState(definition, inputs, () =>
        lifecycle().create(ownProperties(definition, inputs)),
      );
      return { id, outs: toEngine(definition, state) };
    },
    read(id, props) {
      run.comesBeforeProgram();
      return run.during(() => read(lifecycle(), id, ownProperties(definition, props)));
    },
    async update(id, olds, news) {
      run.changesBegin();
      const update = () =>
        lifecycle().update(
          id,
          ownProperties(definition, olds),
          ownProperties(definition, news),
          registrationOf(news).ignoreChanges,
        );
      return { outs: toEngine(definition, await withState(definition, news, update)) };
    },
    delete(id, props) {
      run.comesBeforeProgram();
      run.changesBegin();
      return withShownErrors(() => lifecycle().delete(id, ownProperties(definition, props)));
    },
  };
}

async function check(
  lifecycle: Lifecycle,
  olds: EngineValues,
  news: EngineValues,
): ReturnType<DynamicProvider["check"]> {
  const { definition } = lifecycle;
  const [before, registration] = [ownProperties(definition, olds), registrationOf(news)];
  const { inputs, failures } = lifecycle.declare(lifecycle.check(ownProperties(definition, news)), {
    name: registration.name,
    before,
  });
  const preview = run.planned(registration.plan);
  const isCreate = Object.keys(olds).length === 0;
  await preview?.declared(
    isCreate && failures.length === 0 ? { definition, inputs, name: registration.name } : undefined,
  );
  const short = markedInputs(definition, inputs);
  // The engine prints the value of any property named here, even a secret one.
  return {
    inputs: news[resourceKey] === undefined ? short : { ...short, [resourceKey]: withoutPlan(news[resourceKey]) },
    failures: failures.map((failure) => ({ property: "", reason: failureText(failure) })),
  };
}

/** What the SDK says, without what is only for this run. */
function withoutPlan(registration: Json): Json {
  const { plan: _plan, ...rest } = registration as Record<string, Json>;
  return rest;
}

async function diff(
  lifecycle: Lifecycle,
  id: string,
  olds: EngineValues,
  news: EngineValues,
): ReturnType<DynamicProvider["diff"]> {
  const { definition } = lifecycle;
  const [state, inputs] = [ownProperties(definition, olds), ownProperties(definition, news)];
  const contradiction = await lifecycle.recognise(state, inputs);
  if (contradiction) {
    throw contradiction;
  }
  const { name, ignoreChanges, replaceOnChanges } = registrationOf(news);
  const found = lifecycle.diff(state, inputs, ignoreChanges, id);
  // A state of the native plugin lacks the delegate that is needed to read or delete it later: an update adds it and
  // writes nothing to the device.
  const changes = found.length > 0 || olds[delegateKey] === undefined;
  if (!changes) {
    lifecycle.dismiss(inputs);
  }
  const marked = pathDifferences(definition, [state, inputs], found).map((one) => ({
    ...one,
    replaces: one.replaces || isNamed(one.path, replaceOnChanges),
  }));
  const replaces = [...new Set(marked.filter((one) => one.replaces).map(({ property }) => property))];
  if (replaces.length > 0) {
    await run.preview?.planReplacement({ definition, id, state }, name);
  }
  // What is replaced is checked again, as something new.
  if (changes && replaces.length === 0) {
    await run.preview?.planChange({ definition, inputs, before: { id, state, ignored: ignoreChanges }, name });
  }
  return { changes, replaces, deleteBeforeReplace: withDetails(marked) };
}

/** Whether any of these paths names what differs, or something that contains it. */
function isNamed(path: string, options: readonly string[]): boolean {
  const steps = parsePath(path);
  return options.some((option) => covers(parsePath(option), steps));
}

async function read(lifecycle: Lifecycle, id: string, state: State): ReturnType<DynamicProvider["read"]> {
  const found = await withShownErrors(() => lifecycle.read(id, state));
  if (found) {
    const { definition } = lifecycle;
    run.wasRead({ definition, id: found.id, state: found.state });
    return { id: found.id, props: toEngine(definition, found.state), inputs: markedInputs(definition, found.inputs) };
  }
  // A program's `.get()` comes without a state of ours, and an empty answer would let it succeed.
  if (!isOwnState(state)) {
    throw unprintedError(new Error(`${id} does not exist on the device`));
  }
  return {};
}

/** Inputs for the engine. The SDK marks the secrets among them too, but a transform may have given some since. */
function markedInputs(definition: AnyDefinition, inputs: State): EngineValues {
  return withSecretsMarked(definition, shortInputs(definition, inputs));
}

/** The resource's own properties. */
function ownProperties(definition: AnyDefinition, properties: EngineValues): State {
  const { [delegateKey]: _delegate, [resourceKey]: _registration, ...rest } = properties;
  return fromEngine(definition, withoutWrappers(rest));
}

/** A resource's declared properties, with the changes that the engine ignores. Other packages share the process. */
function withIgnored(declared: EngineValues, ignoreChanges: string[]): EngineValues {
  const isOwn = String(declared[delegateKey]).includes('require("pulumi-dli/dynamic/v1")');
  const registration = declared[resourceKey];
  return isOwn
    ? { ...declared, [resourceKey]: { ...(isJsonObject(registration) && registration), ignoreChanges } }
    : declared;
}

function registrationOf(inputs: EngineValues): z.infer<typeof registrationSchema> {
  return registrationSchema.safeParse(inputs[resourceKey]).data ?? { ignoreChanges: [], replaceOnChanges: [] };
}

/**
 * Turns a partial failure into what the process expects. The properties are stored as they are, so the delegate must
 * be among them, or the resource could never be read or deleted again.
 */
async function withState<T>(definition: AnyDefinition, inputs: EngineValues, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PartialFailure)) {
      throw unprintedError(run.report.shown(error));
    }
    throw Object.assign(new Error(error.message), {
      id: error.id,
      properties: { ...toEngine(definition, error.state), [delegateKey]: inputs[delegateKey] },
      reasons: [error.message],
    });
  }
}

async function withShownErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unprintedError(run.report.shown(error));
  }
}
