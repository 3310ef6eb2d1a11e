#include "forms/pdf.h"

#include "forms/paper_column.h"
#include "forms/paper_words.h"
#include "forms/pdf_file.h"
#include "forms/printable.h"
#include "forms/text_painter.h"

namespace chartbell {
namespace {

constexpr std::size_t kPagesMax = 200;

// Points. US Letter: record systems whose practices use another paper scale what they print.
constexpr double kPageWidth = 612;
constexpr double kPageHeight = 792;
constexpr double kLeft = 62;
constexpr double kTop = 66;
constexpr double kBottom = 68;
constexpr double kColumnWidth = kPageWidth - 2 * kLeft;
constexpr double kHeaderLine = 42;  // of its letters
constexpr double kFooterLine = kPageHeight - 38;
constexpr TextStyle kMarginStyle{.size = 8.5};

// What stands in the margins of each page.
struct Margins {
  std::string whose;  // above, but on the first page
  std::string form;
  std::string reference;  // below
};

class Printer {
 public:
  Printer(const Typesetter& typesetter, const PaperWords& words, Margins margins, PdfFile& file)
      : typesetter_(typesetter),
        words_(words),
        margins_(std::move(margins)),
        file_(file),
        painter_(file.context()) {}

  void print(const PaperColumn& column, const std::vector<Place>& places);

 private:
  void begin_block(const PaperColumn& column, const Shown& shown, double y);
  void end_block();
  void turn(std::size_t page, std::size_t pages);
  void begin_page(std::size_t page, std::size_t pages);
  void draw(const PaperBlock& block, const Shown& shown, const Slice& slice, double y);
  void draw_strokes(const std::vector<Stroke>& strokes, double y);
  void draw_rule(double y, double width, double thickness, const Colour& colour);
  void draw_bar(double y, double height);
  void draw_line(const TextLine& line, double left, double y, const Colour& colour);
  void draw_in_margin(std::string_view text, double baseline, Align align);
  void use(const Colour& colour) {
    cairo_set_source_rgb(file_.context(), colour.red, colour.green, colour.blue);
  }

  const Typesetter& typesetter_;
  const PaperWords& words_;
  const Margins margins_;
  PdfFile& file_;
  TextPainter painter_;
  const char* open_tag_ = nullptr;
};

void Printer::print(const PaperColumn& column, const std::vector<Place>& places) {
  const std::size_t pages = places.back().page + 1;
  std::size_t page = 0;
  begin_page(page, pages);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& shown = column.shown()[i];
    const double y = kTop + places[i].y;
    const bool turned = places[i].page != page;
    if (turned) turn(page = places[i].page, pages);
    if (turned || shown.first) begin_block(column, shown, y);
    draw(column.blocks()[shown.block], shown, column.slices()[i], y);
  }
  end_block();
  file_.end_page();
}

void Printer::begin_block(const PaperColumn& column, const Shown& shown, double y) {
  end_block();
  const auto& block = column.blocks()[shown.block];
  if (shown.first && block.kind == BlockKind::kSection) file_.add_bookmark(block.text, y);
  open_tag_ = look_of(block.kind).tag;
  file_.open_tag(open_tag_);
}

void Printer::end_block() {
  if (open_tag_ != nullptr) file_.close_tag(open_tag_);
  open_tag_ = nullptr;
}

void Printer::turn(std::size_t page, std::size_t pages) {
  end_block();
  file_.end_page();
  begin_page(page, pages);
}

// The margins go first: Cairo 1.16 takes a picture for a fault of nesting where it is a tagged
// page's first mark.
void Printer::begin_page(std::size_t page, std::size_t pages) {
  if (page > 0) {
    draw_in_margin(margins_.whose, kHeaderLine, Align::kBegin);
    draw_in_margin(margins_.form, kHeaderLine, Align::kEnd);
    draw_rule(kHeaderLine + 6, kColumnWidth, 0.5, kRule);
  }
  draw_rule(kFooterLine - 14, kColumnWidth, 0.5, kRule);
  draw_in_margin(margins_.reference, kFooterLine, Align::kBegin);
  draw_in_margin(words_.page_of(page + 1, pages), kFooterLine, Align::kEnd);
}

void Printer::draw(const PaperBlock& block, const Shown& shown, const Slice& slice, double y) {
  const auto& look = look_of(block.kind);
  if (shown.strokes != nullptr) return draw_strokes(*shown.strokes, y);
  if (block.kind == BlockKind::kStatement) draw_bar(y, slice.height);
  if (block.kind == BlockKind::kSection && shown.first)
    draw_rule(y - 6, kColumnWidth, 0.75, kAccent);
  const double baseline = y + shown.line->baseline;
  // The label is smaller; both stand on one line.
  if (shown.label != nullptr)
    draw_line(*shown.label, kLeft, baseline - shown.label->baseline, kMuted);
  draw_line(*shown.line, kLeft + look.indent, y, look.colour);
}

void Printer::draw_line(const TextLine& line, double left, double y, const Colour& colour) {
  use(colour);
  painter_.paint(line.line, left + line.x, y + line.baseline);
}

void Printer::draw_strokes(const std::vector<Stroke>& strokes, double y) {
  auto* context = file_.context();
  draw_rule(y + kStrokesHeight * kSignatureScale, kStrokesWidth * kSignatureScale, 0.5, kMuted);
  use(kInk);
  cairo_save(context);
  cairo_translate(context, kLeft, y);
  cairo_scale(context, kSignatureScale, kSignatureScale);
  cairo_set_line_width(context, 4);
  cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND);
  for (const auto& stroke : strokes) {
    cairo_move_to(context, stroke.front().x, stroke.front().y);
    for (const auto& point : stroke) cairo_line_to(context, point.x, point.y);
    cairo_stroke(context);
  }
  cairo_restore(context);
}

void Printer::draw_rule(double y, double width, double thickness, const Colour& colour) {
  use(colour);
  cairo_rectangle(file_.context(), kLeft, y, width, thickness);
  cairo_fill(file_.context());
}

void Printer::draw_bar(double y, double height) {
  use(kRule);
  cairo_rectangle(file_.context(), kLeft, y, 2, height);
  cairo_fill(file_.context());
}

// One line of it: what is too long for its half of the page is cut.
void Printer::draw_in_margin(std::string_view text, double baseline, Align align) {
  constexpr double kHalf = kColumnWidth / 2 - 6;
  const auto set = typesetter_.set(text, kMarginStyle, kHalf, align);
  const auto& line = set.lines.front();
  const double left = align == Align::kBegin ? kLeft : kLeft + kColumnWidth - kHalf;
  draw_line(line, left, baseline - line.baseline, kMuted);
}

std::string title_of(const FormPaper& paper) {
  const auto title = paper.form.title.in(paper.language);
  return printable(title.empty() ? paper.form.title.in(paper.form.languages.front()) : title);
}

Margins margins_of(const FormPaper& paper, const PaperWords& words) {
  return {.whose = printable(paper.patient) + " · " + words.date(printable(paper.date_of_birth)),
          .form = title_of(paper),
          .reference = std::string(words.reference) + " " + printable(paper.reference)};
}

}  // namespace

Result<std::string> form_pdf(const FormPaper& paper) {
  TRY(const auto typesetter, Typesetter::open(paper.language));
  const auto& words = paper_words(paper.language);
  const PaperColumn column(typesetter, paper_blocks(paper), kColumnWidth);
  const auto places = paginate(column.slices(), kPageHeight - kTop - kBottom);
  if (places.back().page >= kPagesMax)
    return failure(Code::kTooLarge,
                   "the form's paper would have more than " + std::to_string(kPagesMax) + " pages");
  PdfFile file({.title = title_of(paper),
                .author = printable(paper.institution),
                .language = paper.language,
                .created_at = paper.completed_at,
                .width = kPageWidth,
                .height = kPageHeight});
  Printer(typesetter, words, margins_of(paper, words), file).print(column, places);
  return file.finish();
}

}  // namespace chartbell
