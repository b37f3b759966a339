# Every third-party library, found once. All come from Debian 12's packages (deploy/packages.txt).
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(SQLite3 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

find_library(NETSNMP_LIBRARY netsnmp REQUIRED)
add_library(netsnmp INTERFACE)
target_link_libraries(netsnmp INTERFACE ${NETSNMP_LIBRARY})
