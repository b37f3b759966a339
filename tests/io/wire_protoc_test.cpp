// The contract is the .proto file: what we write is read by protoc, which knows nothing else of us.

#include "common/wire/batch.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/messages.hpp"

#include <catch2/catch.hpp>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace wire_protoc_test {

using namespace hallmonitor;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

class ProtocTest {
public:
    ProtocTest()
    {
        std::string name = fs::temp_directory_path() / "hallmonitor-protoc-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder_ = name;
    }
    ProtocTest(const ProtocTest&) = delete;
    ProtocTest& operator=(const ProtocTest&) = delete;
    ~ProtocTest() { fs::remove_all(folder_); }

    static bool has_protoc() { return run("protoc --version > /dev/null 2>&1"); }

    /// The text form of `message`, as protoc reads it by our .proto file.
    [[nodiscard]] std::string decode(const std::string& type, std::string_view message) const
    {
        const std::string in = folder_ / "in";
        const std::string out = folder_ / "out";
        std::ofstream{in, std::ios::binary} << message;
        const std::string proto = HALLMONITOR_SOURCE_DIR "/common/wire";
        REQUIRE(
            run("protoc --proto_path=" + proto + " --decode=hallmonitor." + type +
                " hallmonitor.proto < " + in + " > " + out)
        );
        std::ifstream text{out};
        return {std::istreambuf_iterator<char>{text}, {}};
    }

private:
    // NOLINTNEXTLINE(concurrency-mt-unsafe,cert-env33-c): one thread, fixed commands
    static bool run(const std::string& command) { return std::system(command.c_str()) == 0; }

    fs::path folder_;
};

std::string_view view_of(std::span<const std::byte> bytes)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string body_of(const SealedBatch& batch)
{
    const std::string_view bytes = view_of(batch.bytes);
    protozero::pbf_reader message{bytes.data(), bytes.size()};
    std::string body(4096, '\0');
    while (message.next(wire::field::batch::body)) {
        const auto packed = message.get_view();
        body.resize(ZSTD_decompress(body.data(), body.size(), packed.data(), packed.size()));
    }
    return body;
}

SealedBatch recorded_batch()
{
    const TableDefinition table{
        .device = "sw-1",
        .kind = TableKind::interface,
        .interval = 60s,
        .columns = {Metric::if_oper_status, Metric::if_in_octets},
        .rows =
            {
                {.key = "Gi1", .attributes = {{Attribute::if_alias, "uplink"}}, .wide_columns = 2},
                {.key = "Gi2", .attributes = {}, .wide_columns = 2},
            },
    };
    BatchEncoder encoder{Epoch{5}, Seq{3}, 6};
    encoder.define(table);
    encoder.add(
        "sw-1",
        table.kind,
        {.taken_at = MonoTime{61s}, .uptime = DeviceTicks{700}, .cells = {1, 2, 1000, {}}}
    );
    encoder.add(
        "sw-1", table.kind, {.taken_at = MonoTime{122s}, .uptime = {}, .cells = {1, 2, 900, {}}}
    );
    encoder.add({.at = MonoTime{123s}, .device = "sw-1", .kind = "link", .text = "Gi2 is gone"});
    return encoder.seal({.mono = MonoTime{124s}, .wall = WallTime{1'700'000'000s}});
}

constexpr auto expected_head = R"(epoch: 5
seq: 3
segment: 3
boot: 6
sealed_mono_us: 124000000
sealed_wall_ms: 1700000000000
body_size: )";

constexpr auto expected_body = R"(definitions {
  table: 1
  device: "sw-1"
  kind: 2
  interval_ms: 60000
  columns: 2
  columns: 16
  rows {
    key: "Gi1"
    attributes {
      name: 3
      value: "uplink"
    }
    wide_columns: 2
  }
  rows {
    key: "Gi2"
    wide_columns: 2
  }
}
readings {
  table: 1
  taken_at_us: 1000000
  uptime_ticks: 700
  changed_columns: 3
  differences: 1
  differences: 2
  differences: 1000
  presence: "\007"
}
readings {
  table: 1
  taken_at_us: 1000000
  changed_columns: 2
  differences: -100
}
events {
  at_us: 123000000
  device: "sw-1"
  kind: "link"
  text: "Gi2 is gone"
}
)";

} // namespace

TEST_CASE("protoc reads a batch by our contract", "[wire]")
{
    if (!ProtocTest::has_protoc()) {
        WARN("skipped: protoc is not installed (Debian: protobuf-compiler)");
        return;
    }
    const ProtocTest protoc;
    const SealedBatch batch = recorded_batch();

    const std::string head = protoc.decode("Batch", view_of(batch.bytes));
    CHECK(head.substr(0, std::string_view{expected_head}.size()) == expected_head);
    CHECK(protoc.decode("Body", body_of(batch)) == expected_body);
}

TEST_CASE("protoc reads our messages by our contract", "[wire]")
{
    if (!ProtocTest::has_protoc()) {
        WARN("skipped: protoc is not installed (Debian: protobuf-compiler)");
        return;
    }
    const ProtocTest protoc;
    const auto text_of = [&](const wire::Message& message) {
        const auto frame = wire::encode_frame(message);
        return protoc.decode("Envelope", std::string_view{frame}.substr(4));
    };
    RangeSet applied;
    applied.add(SeqRange{Seq{1}, Seq{7}});
    applied.add(Seq{9});

    CHECK(
        text_of(wire::Welcome{.version = 1, .applied = applied, .wall = WallTime{3s}}) ==
        "welcome {\n  version: 1\n  applied {\n    bounds: 1\n    bounds: 7\n    bounds: 9\n"
        "    bounds: 9\n  }\n  wall_ms: 3000\n}\n"
    );
    CHECK(
        text_of(wire::BatchMessage{.lane = wire::Lane::history, .batch = {std::byte{'x'}}}) ==
        "batch {\n  lane: LANE_HISTORY\n  batch: \"x\"\n}\n"
    );
    CHECK(text_of(wire::Ack{}) == "ack {\n}\n");
    CHECK(text_of(wire::Keepalive{}) == "keepalive {\n}\n");
    CHECK(
        text_of(wire::Reject{.seq = Seq{3}, .reason = "bad"}) ==
        "reject {\n  seq: 3\n  reason: \"bad\"\n}\n"
    );
}

} // namespace wire_protoc_test
