/** The gRPC server of the converter: `pulumi import --from dli` asks it what can be imported. */
import { Server, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { Diagnostic, DiagnosticSeverity } from "@pulumi/pulumi/proto/codegen/hcl_pb";
import { ConverterService } from "@pulumi/pulumi/proto/converter_grpc_pb";
import { type ConvertStateRequest, ConvertStateResponse, ResourceImport } from "@pulumi/pulumi/proto/converter_pb";
import { Command, CommanderError } from "commander";
import { Devices } from "../devices/devices";
import { openPort } from "../lifecycle/engine/engine-program";
import { version } from "../version";
import { inventory, type LeftOut, type NamedResource } from "./inventory";
import { type Selection, withSelection } from "./selection";

/** A converter that is running. */
export interface RunningConverter {
  readonly port: number;
  stop(): void;
}

/** Starts the converter. Its devices are those of the environment, since Pulumi gives a converter no configuration. */
export async function startConverter(env: NodeJS.ProcessEnv = process.env): Promise<RunningConverter> {
  const server = new Server();
  server.addService(ConverterService, {
    convertState(
      call: ServerUnaryCall<ConvertStateRequest, ConvertStateResponse>,
      done: sendUnaryData<ConvertStateResponse>,
    ) {
      convertState(call.request.getArgsList(), env).then(
        (response) => done(null, response),
        (error: Error) => done({ code: status.FAILED_PRECONDITION, details: error.message }),
      );
    },
    convertProgram(_call: unknown, done: sendUnaryData<never>) {
      done({
        code: status.UNIMPLEMENTED,
        details: "a device holds no program to convert; `pulumi import --from dli` writes one for what it has",
      });
    },
  });
  const port = await openPort(server);
  return { port, stop: () => server.forceShutdown() };
}

async function convertState(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ConvertStateResponse> {
  const { names, selection } = parsed(args);
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const devices = new Devices({ lookup: () => undefined, env, configurable: "nowhere", warn });
  try {
    const { found, leftOut } = await inventory(devices, names.length > 0 ? names : devices.names(), selection);
    const response = new ConvertStateResponse();
    response.setResourcesList(found.map(toImport));
    response.setDiagnosticsList([...[...new Set(warnings)].map(diagnostic), ...leftOut.map(notExported)]);
    return response;
  } finally {
    await devices.close();
  }
}

function parsed(args: readonly string[]): { names: string[]; selection: Selection } {
  let said = "";
  const write = (text: string) => {
    said += text;
  };
  const command = withSelection(new Command("pulumi import --from dli --"))
    .argument("[device...]", "names of devices; if omitted, all that the environment configures (DLI_URL and so on)")
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: write, writeOut: write });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      throw new Error(`${said.trim() || error.message}\n${command.helpInformation()}`);
    }
    throw error;
  }
  return { names: command.args, selection: command.opts<Selection>() };
}

function toImport({ definition, id, logical, variable }: NamedResource): ResourceImport {
  const resource = new ResourceImport();
  resource.setType(`dli:index:${definition.type}`);
  resource.setId(id);
  resource.setName(variable);
  resource.setLogicalName(logical);
  // The version that the program's SDK asks for; with any other, each plan would replace the provider.
  resource.setVersion(version);
  return resource;
}

function notExported({ reason, line }: LeftOut): Diagnostic {
  return diagnostic(`not exported: ${reason}${line === undefined ? "" : `. To manage it, declare \`${line}\``}`);
}

function diagnostic(summary: string): Diagnostic {
  const message = new Diagnostic();
  message.setSeverity(DiagnosticSeverity.DIAG_WARNING);
  message.setSummary(summary);
  return message;
}
