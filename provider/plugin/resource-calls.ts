/** The calls in the life of a resource, each translated to and from its lifecycle. */

import {
  CheckFailure,
  type CheckRequest,
  CheckResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  DiffResponse,
  PropertyDiff,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { sameJson } from "../client";
import type { Devices } from "../devices/devices";
import { lifecycleOf } from "../lifecycle";
import { type PathDifference, pathDifferences } from "../lifecycle/diff/path-differences";
import { PartialFailure } from "../lifecycle/errors/errors";
import { type Checked, failureText } from "../lifecycle/inputs/check";
import { hiddenInputs } from "../lifecycle/inputs/import";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { whatExists } from "../lifecycle/list";
import type { Subject } from "../lifecycle/plan/resource-plan";
import { withWords } from "../lifecycle/state/engine-form";
import type { EngineValues } from "../lifecycle/state/engine-words";
import type { AnyDefinition, Failure } from "../schema/definition";
import { CallError, codeOf, StatusError, toInitFailure } from "./grpc";
import { previewOf } from "./preview";
import { resourceFromStruct, resourceToStruct } from "./property-values";
import type { Session } from "./session";
import { resourceOf } from "./tokens";

/** How every request about a resource names it. */
interface Addressed {
  getUrn(): string;
  getType(): string;
  getTimeout?(): number;
}

const kinds = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
} as const;

export class ResourceCalls {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async check(request: CheckRequest): Promise<CheckResponse> {
    const { definition, lifecycle } = this.#addressed(request);
    const before = someOf(resourceFromStruct(definition, request.getOlds()));
    const given = resourceFromStruct(definition, request.getNews());
    const checked = lifecycle.check(given);
    if (before && sameJson(before, given) && this.#isImport(definition, checked, request.getUrn())) {
      return checkResponse(definition, { ...checked, failures: [] });
    }
    const declared = lifecycle.declare(checked, { name: programName(request.getUrn()), before });
    const failures = [...declared.failures, ...(await this.#refusedBefore())];
    return checkResponse(definition, { ...declared, failures });
  }

  /**
   * What a plan has found before the program declared what forbids it: the engine is only told now, with the resource
   * that forbids it.
   */
  async #refusedBefore(): Promise<Failure[]> {
    const refused = await this.#session.plan.refuseProtected();
    if (refused.length > 0) {
      await this.#session.summarise();
    }
    return refused.map(({ resource, failure = "" }) => ({ property: resource, reason: failure }));
  }

  /**
   * Whether an import has failures only because the device does not show some inputs, about which it warns. The engine
   * checks what an import has read, and would report these failures as mistakes of the provider.
   */
  #isImport(definition: AnyDefinition, { inputs, failures }: Checked, urn: string): boolean {
    const hidden = hiddenInputs(definition, inputs);
    if (hidden.length === 0 || failures.some(({ property }) => !hidden.includes(property))) {
      return false;
    }
    const lines = hidden.map((name) => `\`${name}: config.requireSecret("${name}")\``);
    this.#session.log.warn(
      `the device does not show its ${hidden.join(", ")}, so the program has to declare ${lines.join(", ")} in place of what Pulumi writes`,
      urn,
    );
    return true;
  }

  async diff(request: DiffRequest): Promise<DiffResponse> {
    const { definition, lifecycle } = this.#addressed(request);
    const [state, inputs] = [
      resourceFromStruct(definition, request.getOlds()),
      resourceFromStruct(definition, request.getNews()),
    ];
    const isMoved = this.#session.takeProviderChange();
    const contradiction = await lifecycle.recognise(state, inputs, { isMoved });
    if (contradiction && !isMoved) {
      throw contradiction;
    }
    if (contradiction) {
      return diffResponse([{ path: "deviceSerial", property: "deviceSerial", kind: "update", replaces: true }]);
    }
    this.#session.compared.set(request.getUrn(), { definition, id: request.getId(), state });
    const differences = lifecycle.diff(state, inputs, request.getIgnorechangesList(), request.getId());
    const found = pathDifferences(definition, [state, inputs], differences);
    if (found.length === 0) {
      lifecycle.dismiss(inputs);
    }
    return diffResponse(found);
  }

  async create(request: CreateRequest): Promise<CreateResponse> {
    const { definition, lifecycle } = this.#addressed(request);
    const inputs = resourceFromStruct(definition, request.getProperties());
    const response = new CreateResponse();
    response.setRefreshBeforeUpdate(isChangedByHand(definition));
    if (request.getPreview()) {
      await this.#planReplacement(request);
      await this.#planChange(request, { definition, inputs });
      response.setProperties(resourceToStruct(definition, previewOf(definition, inputs)));
      return response;
    }
    this.#begin();
    const { id, state } = await finished(definition, () => lifecycle.create(inputs));
    response.setId(id);
    response.setProperties(resourceToStruct(definition, state));
    return response;
  }

  async read(request: ReadRequest): Promise<ReadResponse> {
    const { definition, lifecycle } = this.#addressed(request);
    this.#session.refuseWhenCancelled();
    this.#session.usesState();
    const state = someOf(resourceFromStruct(definition, request.getProperties()));
    const declared = someOf(resourceFromStruct(definition, request.getInputs()));
    const found = await finished(definition, () => lifecycle.read(request.getId(), state, declared));
    const response = new ReadResponse();
    // A response without an id or properties tells the engine that the resource does not exist.
    if (!found) {
      await (state ? undefined : this.#sayWhatExists(definition, request));
      return response;
    }
    if (state) {
      this.#session.urns.set(found.id, request.getUrn());
      this.#session.plan.wasRead({ definition, id: found.id, state: found.state }, programName(request.getUrn()));
    }
    response.setId(found.id);
    response.setProperties(resourceToStruct(definition, found.state));
    response.setInputs(resourceToStruct(definition, withWords(definition, found.inputs)));
    response.setRefreshBeforeUpdate(isChangedByHand(definition));
    return response;
  }

  async update(request: UpdateRequest): Promise<UpdateResponse> {
    const { definition, lifecycle } = this.#addressed(request);
    const state = resourceFromStruct(definition, request.getOlds());
    const inputs = resourceFromStruct(definition, request.getNews());
    const response = new UpdateResponse();
    response.setRefreshBeforeUpdate(isChangedByHand(definition));
    const ignored = request.getIgnorechangesList();
    if (request.getPreview()) {
      await this.#planChange(request, { definition, inputs, before: { id: request.getId(), state, ignored } });
      response.setProperties(resourceToStruct(definition, previewOf(definition, inputs)));
      return response;
    }
    this.#begin();
    const after = await finished(definition, () => lifecycle.update(request.getId(), state, inputs, ignored));
    response.setProperties(resourceToStruct(definition, after));
    return response;
  }

  async delete(request: DeleteRequest): Promise<Empty> {
    const { definition, lifecycle } = this.#addressed(request);
    this.#begin();
    this.#session.usesState();
    await finished(definition, () =>
      lifecycle.delete(request.getId(), resourceFromStruct(definition, request.getProperties())),
    );
    return new Empty();
  }

  /** Begins a change to the device. */
  #begin(): void {
    this.#session.refuseWhenCancelled();
    this.#session.plan.changesBegin();
  }

  /** Says what deleting the resource that this create replaces will do. */
  async #planReplacement(request: Addressed): Promise<void> {
    const { plan, log, compared } = this.#session;
    const urn = request.getUrn();
    const replaced = compared.get(urn);
    if (!replaced) {
      return;
    }
    const devices = this.#devices(request);
    // A resource declared later may take over what is deleted.
    await devices.run.declarations.finished();
    const { lines, failure, error } = await plan.planRemoval(devices, replaced, programName(urn), "replaced");
    await Promise.all(lines.map((line) => log.info(line, urn)));
    if (failure !== undefined) {
      await this.#session.summarise();
      throw new CallError(codeOf(error), failure);
    }
  }

  /** Says what does exist: the engine itself says only that the resource does not. */
  async #sayWhatExists(definition: AnyDefinition, request: ReadRequest): Promise<void> {
    const existing = await whatExists(definition, request.getId(), this.#session.devices()).catch(() => undefined);
    if (existing !== undefined) {
      this.#session.log.warn(existing, request.getUrn());
    }
  }

  /** Says what an update would do. A failure is reported last, so that the other resources get their turn. */
  async #planChange(request: Addressed, subject: Subject): Promise<void> {
    const { plan, log } = this.#session;
    const urn = request.getUrn();
    const devices = this.#devices(request);
    if (subject.definition.family === "action") {
      // A resource that the program is still declaring may protect what the action acts on.
      await devices.run.declarations.finished();
    }
    let planned = await plan.planChange(devices, { ...subject, name: programName(urn) });
    if (planned.failure !== undefined) {
      await plan.finished();
      await plan.functionsHadTime(planned.resource);
      planned = (await plan.planAgain()).find(({ resource }) => resource === planned.resource) ?? planned;
    }
    const showsNames = planned.outlets.length > 0 && !("claims" in subject.definition);
    if (showsNames || planned.notices.length > 0) {
      // The resource that owns the outlets may say that their names are secret; and another one may set the password.
      await devices.run.declarations.finished();
    }
    await Promise.all(plan.linesOf(planned.resource).map((line) => log.info(line, urn)));
    if (planned.failure !== undefined) {
      await this.#session.summarise();
      throw new CallError(codeOf(planned.error), planned.failure);
    }
  }

  #addressed(request: Addressed): { definition: AnyDefinition; lifecycle: Lifecycle } {
    const token = request.getType() || (request.getUrn().split("::")[2]?.split("$").at(-1) ?? "");
    const definition = resourceOf(token);
    return { definition, lifecycle: lifecycleOf(definition, this.#devices(request)) };
  }

  #devices(request: Addressed): Devices {
    const seconds = request.getTimeout?.() ?? 0;
    return this.#session.devices({
      warn: (message) => this.#session.log.warn(message, request.getUrn()),
      ...(seconds > 0 && { timeoutMilliseconds: seconds * 1000 }),
    });
  }
}

function checkResponse(definition: AnyDefinition, { inputs, failures }: Checked): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(resourceToStruct(definition, withWords(definition, inputs)));
  response.setFailuresList(
    failures.map((found) => {
      const failure = new CheckFailure();
      // The engine prints the value of any property named here, even a secret one.
      failure.setReason(failureText(found));
      return failure;
    }),
  );
  return response;
}

function diffResponse(found: readonly PathDifference[]): DiffResponse {
  const response = new DiffResponse();
  response.setChanges(found.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  response.setHasdetaileddiff(true);
  response.setDiffsList(unique(found.map(({ property }) => property)));
  response.setReplacesList(unique(found.filter(({ replaces }) => replaces).map(({ property }) => property)));
  response.setDeletebeforereplace(true);
  for (const { path, kind, replaces } of found) {
    const detail = new PropertyDiff();
    detail.setKind(kinds[kind][replaces ? 1 : 0]);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}

/** Distinguishes a resource from others of its type: its name, after the types that contain it if in a component. */
function programName(urn: string): string | undefined {
  const [, , types = "", ...names] = urn.split("::");
  const name = names.join("::");
  const parents = types.split("$").slice(0, -1);
  return name === "" ? undefined : [...parents, name].join("/");
}

/** Does the work; after a partial failure, tells the engine the actual state. */
async function finished<T>(definition: AnyDefinition, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PartialFailure)) {
      throw error;
    }
    const properties = resourceToStruct(definition, error.state);
    throw new StatusError(toInitFailure(error, properties, isChangedByHand(definition)));
  }
}

/** Whether the engine reads it again before each plan. Nothing on the device can change that an action has run. */
function isChangedByHand(definition: AnyDefinition): boolean {
  return definition.family !== "action";
}

function someOf(properties: EngineValues): EngineValues | undefined {
  return Object.keys(properties).length > 0 ? properties : undefined;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
