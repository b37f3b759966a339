// The document and what people see of it. UPDATE_GOLDEN=1 in the environment writes the files anew;
// read them before committing.

#include "agent/inspect/document.hpp"
#include "agent/inspect/text.hpp"
#include "common/report/human.hpp"
#include "tests/agent/inspect/scene.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace document_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using hallmonitor::agent::testing::Scene;
namespace json = boost::json;

namespace {

void check_golden(const std::string& name, const std::string& text)
{
    const std::string file = HALLMONITOR_SOURCE_DIR "/tests/golden/inspect/" + name;
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream{file} << text;
    std::ifstream in{file};
    std::ostringstream expected;
    expected << in.rdbuf();
    CHECK(text == expected.str());
}

} // namespace

TEST_CASE("a good switch reads like this", "[inspect]")
{
    Scene scene{{.ports = 8}};

    check_golden("good.txt", inspect_text(inspect_document(scene.inspect()), false));
}

TEST_CASE("a switch that refuses SNMP reads like this", "[inspect]")
{
    Scene scene{{.community = "sesame"}};

    check_golden("refuses.txt", inspect_text(inspect_document(scene.inspect()), false));
}

TEST_CASE("a switch whose 64-bit counters stand still reads like this", "[inspect]")
{
    Scene scene{{.ports = 2}};
    scene.set_fault("hc-frozen");
    scene.set_fault("same-names");

    check_golden("odd.txt", inspect_text(inspect_document(scene.inspect()), false));
}

TEST_CASE("what a device does not tell has no key", "[inspect]")
{
    Scene scene{{.ports = 1}};
    scene.set_fault("no-ifx");

    const json::value document = inspect_document(scene.inspect());

    const json::object& row = rows_of(document, "interfaces").at(0).as_object();
    CHECK(!row.contains("name"));
    CHECK(!row.contains("alias"));
    CHECK(row.at("counter_bits") == 32);
    CHECK(field(field(document, "tables"), "ifXTable") == "absent");
    CHECK(field(field(document, "tables"), "ifTable") == "ok");
}

TEST_CASE("states that no MIB knows are told as numbers", "[inspect]")
{
    Scene scene{{.ports = 1}};
    scene.set_fault("wrong-status", 77);

    const json::value document = inspect_document(scene.inspect());

    CHECK(rows_of(document, "interfaces").at(0).at("oper") == 77);
}

TEST_CASE("a device that does not answer has all parts, empty", "[inspect]")
{
    Scene scene{{.answers_ping = false}};
    scene.set_fault("silence");

    const json::value document = inspect_document(scene.inspect());

    CHECK(field(field(document, "device"), "address") == "192.0.2.1:161");
    CHECK(rows_of(document, "interfaces").empty());
    CHECK(rows_of(document, "anomalies").empty());
    CHECK(field(field(document, "verdict"), "ok") == false);
}

TEST_CASE("colours mark the verdict and ports that are down, only when asked for", "[inspect]")
{
    Scene scene{{.is_port_closed = true}};
    const json::value document = inspect_document(scene.inspect());

    CHECK_THAT(inspect_text(document, true), Catch::Contains("\x1b[31m192.0.2.1:161 is there"));
    CHECK_THAT(inspect_text(document, false), !Catch::Contains("\x1b"));
}

} // namespace document_test
