// A language host for Node, Python or Go, as its name says, that can write programs and SDKs: it stands in front of an older
// host, answers the calls that make code with Pulumi's own generators, and passes every other call on. The older host is
// the next program of this name on PATH.
//
// The generators are of the version of ../cli.
package main

import (
	"bufio"
	"context"
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
	own, err := ownGenerator()
	if err != nil {
		return err
	}
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
			return answer(own, connection, stream)
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

func answer(own generator, host *grpc.ClientConn, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	switch method {
	case service + "GenerateProgram":
		return reply(stream, &pulumirpc.GenerateProgramRequest{}, own.generateProgram)
	case service + "GenerateProject":
		return reply(stream, &pulumirpc.GenerateProjectRequest{}, own.generateProject)
	case service + "GeneratePackage":
		return reply(stream, &pulumirpc.GeneratePackageRequest{}, own.generatePackage)
	case service + "Link":
		return reply(stream, &pulumirpc.LinkRequest{}, link)
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
