#include "agent/profile/interface_identity.hpp"

#include <catch2/catch.hpp>

namespace interface_identity_test {

using namespace hallmonitor::agent;

TEST_CASE("an interface is known by its ifName", "[profile]")
{
    const std::vector<InterfaceNames> rows{
        {.if_index = 1, .name = "Gi1/0/1", .descr = "GigabitEthernet1/0/1", .mac = ""},
        {.if_index = 2, .name = "Gi1/0/2", .descr = "GigabitEthernet1/0/2", .mac = ""},
    };

    CHECK(identify(rows) == std::vector<InterfaceKey>{{"Gi1/0/1", false}, {"Gi1/0/2", false}});
}

TEST_CASE("repeated names fall back to ifDescr, then to the MAC, then to ifIndex", "[profile]")
{
    const std::vector<InterfaceNames> rows{
        {.if_index = 1, .name = "port", .descr = "slot 1 port 1", .mac = ""},
        {.if_index = 2, .name = "port", .descr = "slot 1 port 2", .mac = ""},
        {.if_index = 3, .name = "", .descr = "Ethernet", .mac = "00:00:5e:00:53:01"},
        {.if_index = 4, .name = "", .descr = "Ethernet", .mac = "00:00:5e:00:53:02"},
        {.if_index = 5, .name = "", .descr = "Ethernet", .mac = ""},
    };

    CHECK(
        identify(rows) ==
        std::vector<InterfaceKey>{
            {"slot 1 port 1", false},
            {"slot 1 port 2", false},
            {"00:00:5e:00:53:01", false},
            {"00:00:5e:00:53:02", false},
            {"ifIndex:5", true},
        }
    );
}

TEST_CASE("a name of one row that is the description of another is used once", "[profile]")
{
    const std::vector<InterfaceNames> rows{
        {.if_index = 1, .name = "1", .descr = "a", .mac = ""},
        {.if_index = 2, .name = "", .descr = "1", .mac = ""},
    };

    CHECK(identify(rows) == std::vector<InterfaceKey>{{"1", false}, {"ifIndex:2", true}});
}

TEST_CASE("keys do not depend on the order of rows", "[profile]")
{
    const std::vector<InterfaceNames> rows{
        {.if_index = 9, .name = "B", .descr = "x", .mac = ""},
        {.if_index = 1, .name = "A", .descr = "x", .mac = ""},
    };

    CHECK(identify(rows) == std::vector<InterfaceKey>{{"B", false}, {"A", false}});
}

} // namespace interface_identity_test
