package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// What writes code in a language.
type generator struct {
	program func(program *pcl.Program) (map[string][]byte, hcl.Diagnostics, error)
	project func(folder string, project workspace.Project, program *pcl.Program, local map[string]string) error
	sdk     func(described *schema.Package, request *pulumirpc.GeneratePackageRequest,
		loader schema.ReferenceLoader) (map[string][]byte, error)
}

var generators = map[string]generator{
	"pulumi-language-nodejs": {
		nodejs.GenerateProgram,
		func(folder string, project workspace.Project, program *pcl.Program, local map[string]string) error {
			return nodejs.GenerateProject(folder, project, program, local, false, "nodejs")
		},
		func(described *schema.Package, request *pulumirpc.GeneratePackageRequest, loader schema.ReferenceLoader,
		) (map[string][]byte, error) {
			return nodejs.GeneratePackage("pulumi-language-nodejs",
				described, request.ExtraFiles, request.LocalDependencies, request.Local, loader)
		},
	},
	"pulumi-language-python": {
		python.GenerateProgram,
		func(folder string, project workspace.Project, program *pcl.Program, local map[string]string) error {
			return python.GenerateProject(folder, project, program, local, "", "")
		},
		func(described *schema.Package, request *pulumirpc.GeneratePackageRequest, loader schema.ReferenceLoader,
		) (map[string][]byte, error) {
			return python.GeneratePackage("pulumi-language-python", described, request.ExtraFiles, loader)
		},
	},
	"pulumi-language-go": {
		golang.GenerateProgram,
		golang.GenerateProject,
		func(described *schema.Package, request *pulumirpc.GeneratePackageRequest, _ schema.ReferenceLoader,
		) (map[string][]byte, error) {
			return golang.GeneratePackage("pulumi-language-go", described, request.LocalDependencies)
		},
	},
}

// The one of the language that this program is named after.
func ownGenerator() (generator, error) {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	own, isKnown := generators[name]
	if !isKnown {
		return generator{}, fmt.Errorf("%s is the name of no language that this program can write", name)
	}
	return own, nil
}

// `pulumi convert` calls it for packages that are published too, of which there is none to link.
func link(request *pulumirpc.LinkRequest) (*pulumirpc.LinkResponse, error) {
	if len(request.Packages) > 0 {
		return nil, status.Error(codes.Unimplemented, "this host cannot link packages")
	}
	return &pulumirpc.LinkResponse{}, nil
}

func (g generator) generateProgram(
	request *pulumirpc.GenerateProgramRequest,
) (*pulumirpc.GenerateProgramResponse, error) {
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
	files, more, err := g.program(program)
	if err != nil {
		return nil, err
	}
	response.Source = files
	response.Diagnostics = append(response.Diagnostics, plugin.HclDiagnosticsToRPCDiagnostics(more)...)
	return response, nil
}

func (g generator) generateProject(
	request *pulumirpc.GenerateProjectRequest,
) (*pulumirpc.GenerateProjectResponse, error) {
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
	return response, g.project(request.TargetDirectory, project, program, request.LocalDependencies)
}

// As Pulumi's own hosts bind a program.
func bindOptions(strict bool) []pcl.BindOption {
	options := []pcl.BindOption{pcl.PreferOutputVersionedInvokes}
	if strict {
		return options
	}
	return append(options, pcl.NonStrictBindOptions()...)
}

func (g generator) generatePackage(
	request *pulumirpc.GeneratePackageRequest,
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
	described, found, err := schema.BindSpec(spec, cached, schema.ValidationOptions{AllowDanglingReferences: true})
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GeneratePackageResponse{Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(found)}
	if found.HasErrors() {
		return response, nil
	}
	files, err := g.sdk(described, request, cached)
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
