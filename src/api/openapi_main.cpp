// openapi_document FILE: writes the API's document, for whoever makes types of it.
#include <fstream>

#include "api/openapi.h"

int main(int count, char** arguments) {
  if (count != 2) return 2;
  std::ofstream file(arguments[1], std::ios::binary);
  file << chartbell::openapi_document(chartbell::all_routes());
  file.close();
  return file ? 0 : 1;
}
