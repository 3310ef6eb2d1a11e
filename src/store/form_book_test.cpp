#include "store/form_book.h"

#include <gtest/gtest.h>

#include "store/file_book.h"
#include "store/record_book.h"
#include "store/store_for_test.h"

namespace chartbell {
namespace {

using enum FormRequestStatus;
constexpr std::string_view kHash = "0123456789abcdef0123456789abcdef";

class FormBookTest : public testing::Test {
 protected:
  void SetUp() override {
    open();
    put_patient();
    form_ = book_->add_version(green_, "history", "{\"v\":1}").value().version.id;
  }
  void open() {
    world_.open();
    book_ = std::make_unique<SqliteFormBook>(*world_.core, *world_.log, *world_.resources,
                                             *world_.writes);
  }
  void put_patient() {
    HeldResource held;
    held.known = {.key = 7, .id = patient_, .presence = Presence::kLive};
    held.document = Document(R"({"id":null,"name":"Ana"})");
    DetectedBatch batch{.source = source_};
    batch.writes.push_back({ResourceKind::kPatient, std::move(held)});
    ASSERT_TRUE(world_.resources->commit(std::move(batch)));
  }
  FormRequest ask(std::string name = std::string(32, 'a'), std::string_view hash = kHash) {
    return book_
        ->add_request({.institution = green_,
                       .form = form_,
                       .patient = patient_,
                       .source = source_.source,
                       .location = {1},
                       .language = "es",
                       .expires_at = world_.clock.now() + std::chrono::hours(1)},
                      std::move(name), hash)
        .value();
  }
  FormCompletion completion(const FormRequest& request) {
    const auto response = book_->new_id();
    const auto document = book_->new_id();
    return {.request = request,
            .response = {.institution = green_,
                         .id = response,
                         .request = request.name,
                         .form = request.form,
                         .patient = request.patient,
                         .location = request.location,
                         .appointment = {},
                         .document = document,
                         .document_url = "/documents/ff.pdf",
                         .language = "es",
                         .created_at = world_.clock.now(),
                         .updated_at = world_.clock.now(),
                         .answers = Document(R"({"smoker":true})")},
            .document = {.institution = green_,
                         .source = source_.source,
                         .location = request.location,
                         .kind = ResourceKind::kDocument,
                         .resource = document,
                         .order = Document(R"({"id":null,"filename":"a.pdf"})"),
                         .expires_at = {},
                         .file = NewFile{"ff", FileType::kPdf, Document("%PDF-1")}},
            .events = {new_event(green_, "form_request_completed", request.id.value)}};
  }
  std::vector<RecordWrite> open_writes() {
    return world_.writes->open_writes(source_, WriteId{0}, 10).value();
  }
  void settle(WriteState state, WriteFault fault, std::optional<ForeignKey> key) {
    auto write = open_writes().at(0);
    write.state = state;
    write.fault = fault;
    write.key = std::move(key);
    std::vector<WriteStep> steps;
    steps.push_back({.write = write, .document = write.order});
    ASSERT_TRUE(world_.writes->record(source_, std::move(steps)));
  }
  FormResponse only_response() {
    auto page = book_->responses({.institution = green_}).value();
    EXPECT_EQ(page.rows.size(), 1);
    return book_->response(green_, page.rows.at(0).id).value();
  }

  StoreWorld world_;
  InstitutionId green_ = world_.institution();
  SourceRef source_{green_, SourceId{1}};
  ResourceId patient_{500};
  FormId form_;
  std::unique_ptr<SqliteFormBook> book_;
};

TEST_F(FormBookTest, AnotherTextIsTheNextVersionAndTheSameTextIsNone) {
  const auto same = book_->add_version(green_, "history", "{\"v\":1}").value();
  EXPECT_FALSE(same.is_new);
  EXPECT_EQ(same.version.id, form_);
  const auto next = book_->add_version(green_, "history", "{\"v\":2}").value();
  EXPECT_TRUE(next.is_new);
  EXPECT_EQ(next.version.version, 2);
  EXPECT_EQ(book_->version(green_, form_).value().text, "{\"v\":1}");
  EXPECT_EQ(book_->version({99}, form_).error().code, Code::kNotFound);
}

TEST_F(FormBookTest, VersionsAreListedTheNewestFirst) {
  book_->add_version(green_, "history", "{\"v\":2}").value();
  book_->add_version(green_, "consent", "{}").value();
  book_->set_active(green_, form_, false).value();
  const auto all = book_->versions({.institution = green_, .limit = 2}).value();
  ASSERT_EQ(all.rows.size(), 2);
  EXPECT_EQ(all.rows[0].name, "consent");
  EXPECT_EQ(all.rows[1].version, 2);
  EXPECT_EQ(all.next, all.rows[1].id);
  const auto old = book_->versions({.institution = green_, .name = "history", .active = false});
  ASSERT_EQ(old.value().rows.size(), 1);
  EXPECT_EQ(old.value().rows[0].id, form_);
}

TEST_F(FormBookTest, ALinkOpensWhatItsPageNeeds) {
  const auto request = ask();
  open();
  const auto opened = book_->open_form(kHash).value();
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->request.name, request.name);
  EXPECT_EQ(opened->request.language, "es");
  EXPECT_EQ(opened->subdomain, "green");
  EXPECT_EQ(opened->location, "Main");
  EXPECT_EQ(opened->timezone, "America/New_York");
  EXPECT_EQ(opened->text, "{\"v\":1}");
  EXPECT_EQ(opened->patient, Document(R"({"id":null,"name":"Ana"})"));
  EXPECT_TRUE(opened->draft.empty());
}

TEST_F(FormBookTest, AnotherLinkAnEndedAndAnExpiredOneOpenNothing) {
  EXPECT_FALSE(book_->open_form(std::string(32, 'x')).value());
  ASSERT_TRUE(book_->revoke(ask()));
  EXPECT_FALSE(book_->open_form(kHash).value());
  ask(std::string(32, 'b'), std::string(32, 'y'));
  world_.clock.advance(std::chrono::hours(1));
  EXPECT_FALSE(book_->open_form(std::string(32, 'y')).value());
  EXPECT_EQ(book_->request(green_, std::string(32, 'b')).value().status, kExpired);
}

TEST_F(FormBookTest, WrongDatesAreCountedOneByOneAndForgotten) {
  const auto request = ask();
  EXPECT_EQ(book_->count_wrong_date(request).value(), 1);
  EXPECT_EQ(book_->count_wrong_date(request).value(), 2);
  open();
  EXPECT_EQ(book_->open_form(kHash).value()->request.wrong_dates, 2);
  EXPECT_TRUE(book_->open_form(kHash).value()->request.wrong_date_at);
  ASSERT_TRUE(book_->forget_wrong_dates(request));
  EXPECT_EQ(book_->open_form(kHash).value()->request.wrong_dates, 0);
}

TEST_F(FormBookTest, ADraftIsKeptUntilTheRequestEnds) {
  const auto request = ask();
  EXPECT_TRUE(book_->keep_draft(request, Document("one")).value());
  EXPECT_TRUE(book_->keep_draft(request, Document("two")).value());
  open();
  EXPECT_EQ(book_->open_form(kHash).value()->draft, Document("two"));
  ASSERT_TRUE(book_->revoke(request));
  EXPECT_FALSE(book_->keep_draft(request, Document("three")).value());
  EXPECT_FALSE(book_->request(green_, request.name).value().has_draft);
}

TEST_F(FormBookTest, ACompletionIsOneCommit) {
  const auto request = ask();
  ASSERT_TRUE(book_->complete(completion(request)).value());
  open();
  EXPECT_FALSE(book_->open_form(kHash).value());
  EXPECT_EQ(book_->request(green_, request.name).value().status, kCompleted);
  EXPECT_EQ(world_.archive->head(green_).value, 1);
  const auto response = only_response();
  EXPECT_EQ(response.status, FormResponseStatus::kPending);
  EXPECT_EQ(response.document_url, "/documents/ff.pdf");
  EXPECT_EQ(response.answers, Document(R"({"smoker":true})"));
  ASSERT_EQ(open_writes().size(), 1);
  EXPECT_EQ(open_writes()[0].resource, response.document);
  const auto file = SqliteFileBook(*world_.core).file({green_}, "ff").value();
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes, Document("%PDF-1"));
}

TEST_F(FormBookTest, WhoCompletesSecondFindsItEnded) {
  const auto request = ask();
  ASSERT_TRUE(book_->complete(completion(request)).value());
  EXPECT_FALSE(book_->complete(completion(request)).value());
  EXPECT_EQ(book_->responses({.institution = green_}).value().rows.size(), 1);
  EXPECT_EQ(open_writes().size(), 1);
  EXPECT_EQ(world_.archive->head(green_).value, 1);
}

TEST_F(FormBookTest, WhatIsKeptHereAloneIsNotQueued) {
  auto kept = completion(ask());
  kept.is_written = false;
  kept.response.status = FormResponseStatus::kComplete;
  ASSERT_TRUE(book_->complete(std::move(kept)).value());
  EXPECT_TRUE(open_writes().empty());
  EXPECT_EQ(only_response().status, FormResponseStatus::kComplete);
}

TEST_F(FormBookTest, AWrittenDocumentCompletesItsResponse) {
  ASSERT_TRUE(book_->complete(completion(ask())).value());
  settle(WriteState::kComplete, WriteFault::kNone, ForeignKey(41));
  EXPECT_EQ(only_response().status, FormResponseStatus::kComplete);
  const auto record = SqliteRecordBook(*world_.core)
                          .record(green_, ResourceKind::kDocument, only_response().document)
                          .value();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->key, ForeignKey(41));
}

TEST_F(FormBookTest, AFailedDocumentIsKeptAndCanBeWrittenAgain) {
  ASSERT_TRUE(book_->complete(completion(ask())).value());
  const auto response = only_response();
  EXPECT_EQ(book_->write_again(green_, response.id, world_.clock.now()).error().code,
            Code::kConflict);
  settle(WriteState::kFailed, WriteFault::kRefused, {});
  EXPECT_EQ(only_response().status, FormResponseStatus::kFailed);
  EXPECT_EQ(only_response().fault, WriteFault::kRefused);
  EXPECT_TRUE(SqliteFileBook(*world_.core).file({green_}, "ff").value());
  EXPECT_EQ(book_->write_again(green_, response.id, world_.clock.now()).value(), source_.source);
  EXPECT_EQ(only_response().status, FormResponseStatus::kPending);
  settle(WriteState::kComplete, WriteFault::kNone, ForeignKey(41));
  EXPECT_EQ(only_response().status, FormResponseStatus::kComplete);
}

TEST_F(FormBookTest, RequestsAndResponsesAreListedByWhatIsAskedFor) {
  const auto first = ask();
  const auto second = ask(std::string(32, 'b'), std::string(32, 'y'));
  ASSERT_TRUE(book_->complete(completion(first)).value());
  const auto count = [&](FormRequestQuery query) {
    query.institution = green_;
    return book_->requests(query).value().rows.size();
  };
  EXPECT_EQ(count({}), 2);
  EXPECT_EQ(count({.status = kOpen}), 1);
  EXPECT_EQ(count({.status = kExpired}), 0);
  EXPECT_EQ(count({.patient = patient_}), 2);
  EXPECT_EQ(count({.status = kCompleted, .patient = patient_}), 1);
  EXPECT_EQ(count({.location = LocationId{2}}), 0);
  const auto answered = [&](FormResponseQuery query) {
    query.institution = green_;
    return book_->responses(query).value().rows.size();
  };
  EXPECT_EQ(answered({.request = first.name}), 1);
  EXPECT_EQ(answered({.request = second.name}), 0);
  EXPECT_EQ(answered({.status = FormResponseStatus::kPending}), 1);
  EXPECT_EQ(answered({.status = FormResponseStatus::kFailed}), 0);
  EXPECT_EQ(answered({.updated_since = world_.clock.now() + Milliseconds(1)}), 0);
}

TEST_F(FormBookTest, NothingOfAPatientIsInClear) {
  const auto request = ask();
  book_->keep_draft(request, Document("draft of Ana")).value();
  ASSERT_TRUE(book_->complete(completion(request)).value());
  auto db = world_.core->reader().value();
  auto select = db->prepare("SELECT sealed FROM form_response");
  ASSERT_TRUE(select.step().value());
  EXPECT_EQ(select.blob(0).find("smoker"), std::string::npos);
  EXPECT_EQ(select.blob(0).find("/documents"), std::string::npos);
}

}  // namespace
}  // namespace chartbell
