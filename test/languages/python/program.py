"""One of everything in Python, for mypy and for the engine: `npm run test:languages`."""

import pulumi

import pulumi_dli as dli


def program() -> None:
    config = pulumi.Config("test")
    password = config.require_secret("password")

    rack = dli.PowerController(
        "rack",
        name="Rack 7",
        outlets={
            "router": 1,
            "nas": dli.NamedOutletArgs(number=2, state=True, protect_from_off=True),
            "web": dli.NamedOutletArgs(number=3, enforce=dli.OutletEnforce.PHYSICAL),
        },
        users={"fred": dli.NamedUserArgs(password=password, outlets=["web", "nas"])},
        watch={"web": dli.WatchArgs(addresses=["192.0.2.80"])},
        auto_ping=dli.AutoPingSettingsArgs(ping_interval_seconds=90),
    )
    baseline = dli.SecurityBaseline("baseline", ssh="leave", lockout_delay_minutes=10)

    dli.Outlet("camera", number=4, name="camera", state=True, on_destroy=dli.OutletOnDestroy.RESTORE)
    dli.Outlets("others", outlets={"5": dli.OutletsOutletsValueArgs(name="dome", cycle_delay_seconds=5)})
    dli.User("ann", name="ann", password=password, outlet_access="all")
    dli.ApiClient("ci", name="ci", scopes=["/restapi/relay/outlets/all;/state/?access=get"])
    dli.Ssh("ssh", enabled=False)
    script = dli.Script("script", source="function hello()\nend\n")
    dli.ScriptSnippet("snippet", name="night", source="outlet[1].off()")
    dli.AutoPingItem("watch", addresses=["192.0.2.81"], outlets=[4])
    dli.Setting("hostname", path="network/hostname", value="rack7")
    dli.SwitchOutlets("lights", states={"6": False}, triggers=[1])
    dli.OutletCycle("cycle", outlets=[7], triggers=["first"], wait_seconds=0)
    dli.ScriptRun("hello", function="hello", opts=pulumi.ResourceOptions(depends_on=[script]))
    device = dli.get_device()
    outlets = dli.get_outlets()

    pulumi.export("model", device.model)
    pulumi.export("count", len(outlets.outlets or []))
    pulumi.export("powered", rack.outlets["nas"].physical_state)
    pulumi.export("stops", baseline.stops_working)
