// A language host for Node, Python or Go, as its name says, that makes SDKs and programs with Pulumi's own generators and does
// nothing else: for `pulumi package gen-sdk` and `pulumi convert`. Pulumi's hosts that do so come with its release only.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// The engine's own limit.
const largestMessage = 400 * 1024 * 1024

// What writes code in a language.
type generator struct {
	project func(folder string, project workspace.Project, program *pcl.Program, local map[string]string) error
	sdk     func(tool string, described *schema.Package, request *pulumirpc.GeneratePackageRequest,
		loader schema.ReferenceLoader) (map[string][]byte, error)
}

var generators = map[string]generator{
	"nodejs": {
		func(folder string, project workspace.Project, program *pcl.Program, local map[string]string) error {
			return nodejs.GenerateProject(folder, project, program, local, false, "nodejs")
		},
		func(tool string, described *schema.Package, request *pulumirpc.GeneratePackageRequest,
			loader schema.ReferenceLoader,
		) (map[string][]byte, error) {
			return nodejs.GeneratePackage(
				tool, described, request.ExtraFiles, request.LocalDependencies, request.Local, loader)
		},
	},
	"python": {
		func(folder string, project workspace.Project, program *pcl.Program, local map[string]string) error {
			return python.GenerateProject(folder, project, program, local, "", "")
		},
		func(tool string, described *schema.Package, request *pulumirpc.GeneratePackageRequest,
			loader schema.ReferenceLoader,
		) (map[string][]byte, error) {
			return python.GeneratePackage(tool, described, request.ExtraFiles, loader)
		},
	},
	"go": {
		golang.GenerateProject,
		func(tool string, described *schema.Package, request *pulumirpc.GeneratePackageRequest,
			_ schema.ReferenceLoader,
		) (map[string][]byte, error) {
			return golang.GeneratePackage(tool, described, request.LocalDependencies)
		},
	},
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	name string
	generator
}

func main() {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	own, isKnown := generators[strings.TrimPrefix(name, "pulumi-language-")]
	if !isKnown {
		fmt.Fprintln(os.Stderr, name, "is the name of no language that this program can write")
		os.Exit(1)
	}
	if err := serve(&host{name: name, generator: own}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(host *host) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(largestMessage), grpc.MaxSendMsgSize(largestMessage))
	pulumirpc.RegisterLanguageRuntimeServer(server, host)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	return server.Serve(listener)
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "0.0.0"}, nil
}

// `pulumi convert` calls this for packages that are published too, of which there is none to link.
func (h *host) Link(_ context.Context, request *pulumirpc.LinkRequest) (*pulumirpc.LinkResponse, error) {
	if len(request.Packages) > 0 {
		return nil, status.Errorf(codes.Unimplemented, "%s cannot link packages", h.name)
	}
	return &pulumirpc.LinkResponse{}, nil
}

func (h *host) GenerateProject(
	_ context.Context, request *pulumirpc.GenerateProjectRequest,
) (*pulumirpc.GenerateProjectResponse, error) {
	loader, err := schema.NewLoaderClient(request.LoaderTarget)
	if err != nil {
		return nil, err
	}
	defer loader.Close()
	// As Pulumi's own hosts bind a program.
	options := []pcl.BindOption{pcl.PreferOutputVersionedInvokes}
	if !request.Strict {
		options = append(options, pcl.NonStrictBindOptions()...)
	}
	program, found, err := pcl.BindDirectory(request.SourceDirectory, schema.NewCachedLoader(loader), options...)
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
	return response, h.project(request.TargetDirectory, project, program, request.LocalDependencies)
}

func (h *host) GeneratePackage(
	_ context.Context, request *pulumirpc.GeneratePackageRequest,
) (*pulumirpc.GeneratePackageResponse, error) {
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
	described, found, err := schema.BindSpec(spec, cached, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GeneratePackageResponse{Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(found)}
	if found.HasErrors() {
		return response, nil
	}
	files, err := h.sdk(h.name, described, request, cached)
	if err != nil {
		return nil, err
	}
	return response, write(request.Directory, files)
}

func write(folder string, files map[string][]byte) error {
	for name, text := range files {
		place := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(place, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
