// What Cairo cannot say of a PDF as a whole, said by an update that is put behind it (ISO 32000-1
// §7.5.6).
#pragma once

#include <string>
#include <string_view>

namespace chartbell {

// The language that the document is in (§14.9.2), and that a reader shows its title in place of a
// file's name (§12.2). The same bytes where the language is no tag, or the PDF's catalog is not
// written as Cairo 1.16 does.
std::string with_language(std::string pdf, std::string_view language);

}  // namespace chartbell
