# embed_texts(SOURCE x.cpp HEADER a/x.h TYPE T FUNCTION f FILES …): writes x.cpp, in which
# `std::span<const T> f()` of that header gives the files' names (without their folder, and without
# ".json") and texts. It is written when CMake runs, which it does again when a file changes.
function(embed_texts)
  cmake_parse_arguments(ARG "" "SOURCE;HEADER;TYPE;FUNCTION" "FILES" ${ARGN})
  set(out "#include \"${ARG_HEADER}\"\n\nnamespace chartbell {\nnamespace {\n\n")
  string(APPEND out "constexpr ${ARG_TYPE} kTexts[] = {\n")
  foreach(file ${ARG_FILES})
    file(READ ${file} text)
    get_filename_component(name ${file} NAME)
    string(REGEX REPLACE "\\.json$" "" name "${name}")
    string(APPEND out "{\"${name}\", R\"embedded(${text})embedded\"},\n")
  endforeach()
  string(APPEND out "};\n\n}  // namespace\n\nstd::span<const ${ARG_TYPE}> ${ARG_FUNCTION}() {\n"
    "  return kTexts;\n}\n\n}  // namespace chartbell\n")
  file(WRITE ${ARG_SOURCE}.new "${out}")
  configure_file(${ARG_SOURCE}.new ${ARG_SOURCE} COPYONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARG_FILES})
endfunction()
