/** The calls that read a device outside the life of a resource: functions, and lists of what can be imported. */
import { type InvokeRequest, InvokeResponse, type ListRequest, ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import { callFunction, isConfidentialResult } from "../lifecycle/invoke";
import { idsOn } from "../lifecycle/list";
import { fromStruct, toStruct } from "./property-values";
import type { Session } from "./session";
import { functionOf, resourceOf } from "./tokens";

/** Not in the schema: it is private to this package's own SDK and plugin. */
const planToken = "dli:index:plan";

export class FunctionCalls {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async invoke(request: InvokeRequest): Promise<InvokeResponse> {
    if (request.getTok() === planToken) {
      return this.#plan();
    }
    const definition = functionOf(request.getTok());
    this.#session.refuseWhenCancelled();
    const args = fromStruct(request.getArgs());
    const result = await callFunction(definition, args, this.#session.devices());
    const isConfidential = isConfidentialResult(definition, args, result);
    const response = new InvokeResponse();
    response.setReturn(toStruct(result, (name) => isConfidential || definition.outputs[name]?.secret === true));
    return response;
  }

  /** The summary of the plan, which the SDK asks for once the program has declared everything. */
  #plan(): InvokeResponse {
    const response = new InvokeResponse();
    response.setReturn(toStruct(this.#session.planToShow(), () => false));
    return response;
  }

  async *list(request: ListRequest): AsyncIterable<ListResponse> {
    const definition = resourceOf(request.getToken());
    this.#session.refuseWhenCancelled();
    const devices = this.#session.devices();
    const only = fromStruct(request.getQuery())["device"];
    const limit = request.getLimit() > 0 ? request.getLimit() : Number.POSITIVE_INFINITY;
    let count = 0;
    for (const device of typeof only === "string" ? [only] : devices.names()) {
      for (const { id, name } of await idsOn(definition, device, devices)) {
        if (count++ >= limit) {
          return;
        }
        yield listed(id, name);
      }
    }
  }
}

function listed(id: string, name: string): ListResponse {
  const result = new ListResponse.Result();
  result.setId(id);
  result.setName(name);
  const response = new ListResponse();
  response.setResult(result);
  return response;
}
