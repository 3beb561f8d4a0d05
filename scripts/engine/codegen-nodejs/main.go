// A Node language host that can write programs: it stands in front of an older host, answers the calls that make code
// with Pulumi's own generator, and passes every other call on.
//
// Built with the modules of ../cli, whose version of the generator is the one that the engine belongs to. The older
// host is the next program of this name on PATH.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

const service = "/pulumirpc.LanguageRuntime/"

// The engine's own limit.
const largestMessage = 400 * 1024 * 1024

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	host, port, err := startHost()
	if err != nil {
		return err
	}
	connection, err := grpc.NewClient("127.0.0.1:"+port,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(
			grpc.ForceCodec(bytesCodec{}),
			grpc.MaxCallRecvMsgSize(largestMessage), grpc.MaxCallSendMsgSize(largestMessage)))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer(
		grpc.ForceServerCodec(bytesCodec{}),
		grpc.MaxRecvMsgSize(largestMessage), grpc.MaxSendMsgSize(largestMessage),
		grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
			return answer(connection, stream)
		}))
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	// The host ends with its engine, and nothing is left to do then.
	go func() {
		_ = host.Wait()
		server.Stop()
	}()
	ending := make(chan os.Signal, 1)
	signal.Notify(ending, os.Interrupt, syscall.SIGTERM)
	go func() {
		sent := <-ending
		_ = host.Process.Signal(sent)
		server.Stop()
	}()
	return server.Serve(listener)
}

// Starts the older host with our own arguments and returns the port that it prints first.
func startHost() (*exec.Cmd, string, error) {
	program, err := nextOnPath()
	if err != nil {
		return nil, "", err
	}
	host := exec.Command(program, os.Args[1:]...)
	host.Stderr = os.Stderr
	output, err := host.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := host.Start(); err != nil {
		return nil, "", err
	}
	reader := bufio.NewReader(output)
	port, err := reader.ReadString('\n')
	if err != nil {
		return nil, "", fmt.Errorf("%s printed no port: %w", program, err)
	}
	go func() { _, _ = io.Copy(os.Stdout, reader) }()
	return host, strings.TrimSpace(port), nil
}

func nextOnPath() (string, error) {
	own, err := os.Executable()
	if err != nil {
		return "", err
	}
	ours, err := os.Stat(own)
	if err != nil {
		return "", err
	}
	for _, folder := range filepath.SplitList(os.Getenv("PATH")) {
		candidate := filepath.Join(folder, filepath.Base(own))
		if other, err := os.Stat(candidate); err == nil && !other.IsDir() && !os.SameFile(ours, other) {
			return candidate, nil
		}
	}
	return "", errors.New("there is no other " + filepath.Base(own) + " on PATH")
}

// Messages as they are on the wire.
type bytesCodec struct{}

func (bytesCodec) Name() string { return "proto" }

func (bytesCodec) Marshal(message any) ([]byte, error) { return *message.(*[]byte), nil }

func (bytesCodec) Unmarshal(data []byte, message any) error {
	*message.(*[]byte) = append([]byte(nil), data...)
	return nil
}

func answer(host *grpc.ClientConn, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	switch method {
	case service + "GenerateProgram":
		return reply(stream, &pulumirpc.GenerateProgramRequest{}, generateProgram)
	case service + "GenerateProject":
		return reply(stream, &pulumirpc.GenerateProjectRequest{}, generateProject)
	case service + "GeneratePackage":
		return reply(stream, &pulumirpc.GeneratePackageRequest{}, generatePackage)
	}
	return passOn(host, stream, method)
}

func reply[Q, A proto.Message](stream grpc.ServerStream, request Q, generate func(Q) (A, error)) error {
	var received []byte
	if err := stream.RecvMsg(&received); err != nil {
		return err
	}
	if err := proto.Unmarshal(received, request); err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	response, err := generate(request)
	if err != nil {
		return err
	}
	sent, err := proto.Marshal(response)
	if err != nil {
		return err
	}
	return stream.SendMsg(&sent)
}

func passOn(host *grpc.ClientConn, stream grpc.ServerStream, method string) error {
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	if sent, ok := metadata.FromIncomingContext(ctx); ok {
		ctx = metadata.NewOutgoingContext(ctx, sent)
	}
	call, err := host.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method)
	if err != nil {
		return err
	}
	go func() {
		for {
			var message []byte
			if err := stream.RecvMsg(&message); err != nil {
				_ = call.CloseSend()
				return
			}
			if call.SendMsg(&message) != nil {
				return
			}
		}
	}()
	for {
		var message []byte
		if err := call.RecvMsg(&message); err != nil {
			stream.SetTrailer(call.Trailer())
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if err := stream.SendMsg(&message); err != nil {
			return err
		}
	}
}

func bindOptions(strict bool) []pcl.BindOption {
	options := []pcl.BindOption{pcl.PreferOutputVersionedInvokes}
	if strict {
		return options
	}
	return append(options, pcl.NonStrictBindOptions()...)
}

func generateProgram(request *pulumirpc.GenerateProgramRequest) (*pulumirpc.GenerateProgramResponse, error) {
	loader, err := schema.NewLoaderClient(request.LoaderTarget)
	if err != nil {
		return nil, err
	}
	defer loader.Close()
	parser := syntax.NewParser()
	for name, text := range request.Source {
		if err := parser.ParseFile(strings.NewReader(text), name); err != nil {
			return nil, err
		}
	}
	if parser.Diagnostics.HasErrors() {
		return nil, parser.Diagnostics
	}
	program, found, err := pcl.BindProgram(parser.Files, schema.NewCachedLoader(loader), bindOptions(request.Strict)...)
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GenerateProgramResponse{Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(found)}
	if found.HasErrors() {
		return response, nil
	}
	files, more, err := nodejs.GenerateProgram(program)
	if err != nil {
		return nil, err
	}
	response.Source = files
	response.Diagnostics = append(response.Diagnostics, plugin.HclDiagnosticsToRPCDiagnostics(more)...)
	return response, nil
}

func generateProject(request *pulumirpc.GenerateProjectRequest) (*pulumirpc.GenerateProjectResponse, error) {
	loader, err := schema.NewLoaderClient(request.LoaderTarget)
	if err != nil {
		return nil, err
	}
	defer loader.Close()
	program, found, err := pcl.BindDirectory(
		request.SourceDirectory, schema.NewCachedLoader(loader), bindOptions(request.Strict)...)
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GenerateProjectResponse{Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(found)}
	if found.HasErrors() {
		return response, nil
	}
	var project workspace.Project
	if err := json.Unmarshal([]byte(request.Project), &project); err != nil {
		return nil, err
	}
	return response, nodejs.GenerateProject(
		request.TargetDirectory, project, program, request.LocalDependencies, false, "nodejs")
}

func generatePackage(request *pulumirpc.GeneratePackageRequest) (*pulumirpc.GeneratePackageResponse, error) {
	loader, err := schema.NewLoaderClient(request.LoaderTarget)
	if err != nil {
		return nil, err
	}
	defer loader.Close()
	var spec schema.PackageSpec
	if err := json.Unmarshal([]byte(request.Schema), &spec); err != nil {
		return nil, err
	}
	cached := schema.NewCachedLoader(loader)
	described, found, err := schema.BindSpec(spec, cached, schema.ValidationOptions{AllowDanglingReferences: true})
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GeneratePackageResponse{Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(found)}
	if found.HasErrors() {
		return response, nil
	}
	files, err := nodejs.GeneratePackage(
		"pulumi-language-nodejs", described, request.ExtraFiles, request.LocalDependencies, request.Local, cached)
	if err != nil {
		return nil, err
	}
	for name, text := range files {
		place := filepath.Join(request.Directory, name)
		if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(place, text, 0o600); err != nil {
			return nil, err
		}
	}
	return response, nil
}
