# Writes the profiles below FOLDER into the C++ source OUT: cmake -DFOLDER=... -DOUT=... -P this
file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*.yaml)
list(SORT files)
set(rows "")
foreach(file IN LISTS files)
    file(READ ${FOLDER}/${file} text)
    string(REGEX REPLACE "\\.yaml$" "" name ${file})
    string(APPEND rows "    {\"${name}\", \"config/profiles/${file}\", R\"profile(${text})profile\", true},\n")
endforeach()
set(source "// Made from config/profiles by cmake/embed_profiles.cmake.
#include \"agent/facts/built_in_profiles.hpp\"

#include <vector>

namespace hallmonitor::agent {

std::span<const ProfileText> built_in_profiles()
{
    static const std::vector<ProfileText> all{
${rows}    };
    return all;
}

} // namespace hallmonitor::agent
")
file(WRITE ${OUT} "${source}")
