#include "app/practice/practice_schema.h"

namespace chartbell::practice {

std::string_view practice_tables() {
  return R"sql(
CREATE TABLE clinic (
  ClinicNum INTEGER PRIMARY KEY AUTOINCREMENT,
  Description varchar(255) NOT NULL, Abbr varchar(255) NOT NULL DEFAULT '',
  Address varchar(255) NOT NULL, Address2 varchar(255) NOT NULL DEFAULT '',
  City varchar(255) NOT NULL, State varchar(255) NOT NULL, Zip varchar(255) NOT NULL,
  Phone varchar(255) NOT NULL, IsHidden tinyint NOT NULL DEFAULT 0);

CREATE TABLE provider (
  ProvNum INTEGER PRIMARY KEY AUTOINCREMENT,
  Abbr varchar(255) NOT NULL, FName varchar(100) NOT NULL, LName varchar(100) NOT NULL,
  Suffix varchar(100) NOT NULL DEFAULT '', NationalProvID varchar(255) NOT NULL DEFAULT '',
  IsSecondary tinyint NOT NULL DEFAULT 0, IsHidden tinyint NOT NULL DEFAULT 0);

CREATE TABLE operatory (
  OperatoryNum INTEGER PRIMARY KEY AUTOINCREMENT,
  OpName varchar(255) NOT NULL, Abbrev varchar(255) NOT NULL DEFAULT '',
  ItemOrder smallint NOT NULL, IsHidden tinyint NOT NULL DEFAULT 0,
  ProvDentist bigint NOT NULL, ClinicNum bigint NOT NULL);

CREATE TABLE definition (
  DefNum INTEGER PRIMARY KEY AUTOINCREMENT,
  Category tinyint NOT NULL, ItemOrder smallint NOT NULL, ItemName varchar(255) NOT NULL,
  ItemValue varchar(255) NOT NULL DEFAULT '', IsHidden tinyint NOT NULL DEFAULT 0);

CREATE TABLE appointmenttype (
  AppointmentTypeNum INTEGER PRIMARY KEY AUTOINCREMENT,
  AppointmentTypeName varchar(255) NOT NULL, ItemOrder int NOT NULL,
  IsHidden tinyint NOT NULL DEFAULT 0, Pattern varchar(255) NOT NULL DEFAULT '');

CREATE TABLE schedule (
  ScheduleNum INTEGER PRIMARY KEY AUTOINCREMENT,
  SchedDate date NOT NULL, StartTime time NOT NULL, StopTime time NOT NULL,
  SchedType tinyint NOT NULL, ProvNum bigint NOT NULL DEFAULT 0,
  Status tinyint NOT NULL DEFAULT 0, ClinicNum bigint NOT NULL DEFAULT 0);

CREATE TABLE scheduleop (
  ScheduleOpNum INTEGER PRIMARY KEY AUTOINCREMENT,
  ScheduleNum bigint NOT NULL, OperatoryNum bigint NOT NULL);
CREATE INDEX scheduleop_schedule ON scheduleop (ScheduleNum);

CREATE TABLE patient (
  PatNum INTEGER PRIMARY KEY AUTOINCREMENT,
  LName varchar(100) NOT NULL, FName varchar(100) NOT NULL, MiddleI varchar(100) NOT NULL,
  Preferred varchar(100) NOT NULL DEFAULT '',
  PatStatus tinyint NOT NULL, Gender tinyint NOT NULL, Birthdate date NOT NULL,
  Address varchar(100) NOT NULL, Address2 varchar(100) NOT NULL, City varchar(100) NOT NULL,
  State varchar(100) NOT NULL, Zip varchar(100) NOT NULL,
  HmPhone varchar(30) NOT NULL, WkPhone varchar(30) NOT NULL, WirelessPhone varchar(30) NOT NULL,
  Guarantor bigint NOT NULL, Email varchar(100) NOT NULL, PriProv bigint NOT NULL,
  BillingType bigint NOT NULL, ChartNumber varchar(100) NOT NULL DEFAULT '',
  BalTotal double NOT NULL DEFAULT 0, DateFirstVisit date NOT NULL DEFAULT '0001-01-01',
  ClinicNum bigint NOT NULL, TxtMsgOk tinyint NOT NULL, Language varchar(100) NOT NULL,
  SecDateEntry date NOT NULL);
CREATE INDEX patient_guarantor ON patient (Guarantor);

CREATE TABLE carrier (
  CarrierNum INTEGER PRIMARY KEY AUTOINCREMENT, CarrierName varchar(255) NOT NULL);

CREATE TABLE insplan (
  PlanNum INTEGER PRIMARY KEY AUTOINCREMENT,
  GroupName varchar(50) NOT NULL, GroupNum varchar(25) NOT NULL,
  CarrierNum bigint NOT NULL, IsMedical tinyint NOT NULL);

CREATE TABLE inssub (
  InsSubNum INTEGER PRIMARY KEY AUTOINCREMENT,
  PlanNum bigint NOT NULL, Subscriber bigint NOT NULL,
  DateEffective date NOT NULL DEFAULT '0001-01-01', DateTerm date NOT NULL DEFAULT '0001-01-01',
  SubscriberID varchar(255) NOT NULL);

CREATE TABLE patplan (
  PatPlanNum INTEGER PRIMARY KEY AUTOINCREMENT,
  PatNum bigint NOT NULL, Ordinal tinyint NOT NULL, IsPending tinyint NOT NULL DEFAULT 0,
  Relationship tinyint NOT NULL, PatID varchar(100) NOT NULL DEFAULT '', InsSubNum bigint NOT NULL);
CREATE INDEX patplan_patient ON patplan (PatNum);
CREATE INDEX patplan_inssub ON patplan (InsSubNum);

CREATE TABLE procedurecode (
  CodeNum INTEGER PRIMARY KEY AUTOINCREMENT,
  ProcCode varchar(15) NOT NULL, Descript varchar(255) NOT NULL,
  AbbrDesc varchar(50) NOT NULL DEFAULT '', TreatArea tinyint NOT NULL, BaseUnits int NOT NULL);

CREATE TABLE procedurelog (
  ProcNum INTEGER PRIMARY KEY AUTOINCREMENT,
  PatNum bigint NOT NULL, AptNum bigint NOT NULL, ProcDate date NOT NULL,
  ProcFee double NOT NULL, Surf varchar(10) NOT NULL, ToothNum varchar(2) NOT NULL,
  ProcStatus tinyint NOT NULL, ProvNum bigint NOT NULL, ClinicNum bigint NOT NULL,
  CodeNum bigint NOT NULL, UnitQty int NOT NULL, BaseUnits int NOT NULL,
  DateTP date NOT NULL, DateComplete date NOT NULL DEFAULT '0001-01-01');
CREATE INDEX procedurelog_appointment ON procedurelog (AptNum);
CREATE INDEX procedurelog_patient ON procedurelog (PatNum);

CREATE TABLE appointment (
  AptNum INTEGER PRIMARY KEY AUTOINCREMENT,
  PatNum bigint NOT NULL, AptStatus tinyint NOT NULL, Pattern varchar(255) NOT NULL,
  Confirmed bigint NOT NULL, Op bigint NOT NULL, Note text NOT NULL, ProvNum bigint NOT NULL,
  ProvHyg bigint NOT NULL DEFAULT 0, AptDateTime datetime NOT NULL,
  IsNewPatient tinyint NOT NULL, ProcDescript text NOT NULL DEFAULT '', ClinicNum bigint NOT NULL,
  DateTimeArrived datetime NOT NULL DEFAULT '0001-01-01 00:00:00',
  DateTimeSeated datetime NOT NULL DEFAULT '0001-01-01 00:00:00',
  DateTimeDismissed datetime NOT NULL DEFAULT '0001-01-01 00:00:00',
  AppointmentTypeNum bigint NOT NULL DEFAULT 0, SecDateTEntry datetime NOT NULL);
CREATE INDEX appointment_patient ON appointment (PatNum);
CREATE INDEX appointment_time ON appointment (AptDateTime);

CREATE TABLE document (
  DocNum INTEGER PRIMARY KEY AUTOINCREMENT,
  Description varchar(255) NOT NULL DEFAULT '', DateCreated datetime NOT NULL,
  DocCategory bigint NOT NULL, PatNum bigint NOT NULL, FileName varchar(255) NOT NULL DEFAULT '',
  ImgType tinyint NOT NULL DEFAULT 0, Note mediumtext NOT NULL DEFAULT '',
  RawBase64 mediumtext NOT NULL, Thumbnail text NOT NULL DEFAULT '',
  ProvNum bigint NOT NULL DEFAULT 0);
CREATE INDEX document_patient ON document (PatNum);

CREATE TABLE histappointment (
  HistApptNum INTEGER PRIMARY KEY AUTOINCREMENT,
  HistDateTStamp datetime NOT NULL, HistApptAction tinyint NOT NULL, AptNum bigint NOT NULL);
CREATE INDEX histappointment_appointment ON histappointment (AptNum);
)sql";
}

std::string_view practice_fixtures() {
  return R"sql(
INSERT INTO clinic (ClinicNum, Description, Abbr, Address, City, State, Zip, Phone) VALUES
  (0, 'Green Dental, Main Street', 'Main', '12 Main Street', 'Willow Crossing', 'NY', '12599',
   '(845) 555-0100'),
  (1, 'Green Dental, Harbor', 'Harbor', '7 Quay Road', 'Port Amity', 'CT', '06499',
   '(203) 555-0101');

INSERT INTO provider (ProvNum, Abbr, FName, LName, Suffix, NationalProvID, IsSecondary) VALUES
  (1, 'Dr. Lindqvist', 'Ingrid', 'Lindqvist', 'DDS', '1999999984', 0),
  (2, 'Dr. Nwosu', 'Adaeze', 'Nwosu', 'DMD', '1999999976', 0),
  (3, 'Dr. 山本', '真理子', '山本', 'DDS', '1999999968', 0),
  (4, 'Tomás (hygiene)', 'Tomás', 'Ó Briain', 'RDH', '', 1),
  (5, 'Leila (hygiene)', 'Leila', 'Haddad-Roux', 'RDH', '', 1);

INSERT INTO operatory (OperatoryNum, OpName, Abbrev, ItemOrder, ProvDentist, ClinicNum) VALUES
  (1, 'Op 1', '1', 0, 1, 0), (2, 'Op 2', '2', 1, 2, 0), (3, 'Hygiene A', 'HA', 2, 4, 0),
  (4, 'Surgery', 'S', 3, 1, 0), (5, 'Harbor 1', 'B1', 4, 3, 1),
  (6, 'Harbor hygiene', 'BH', 5, 5, 1);

INSERT INTO definition (DefNum, Category, ItemOrder, ItemName) VALUES
  (19, 2, 0, 'Not Called'), (20, 2, 1, 'Left Msg'), (21, 2, 2, 'Appointment Confirmed'),
  (22, 2, 3, 'Arrived'), (40, 4, 0, 'Standard Account'), (41, 4, 1, 'Insurance pending'),
  (42, 4, 2, 'Payment plan'), (60, 18, 0, 'Patient forms');

INSERT INTO procedurecode (ProcCode, Descript, AbbrDesc, TreatArea, BaseUnits) VALUES
  ('D0120', 'Checkup', 'Chk', 3, 0), ('D0140', 'Problem visit', 'Prob', 3, 0),
  ('D0150', 'First full examination', 'First', 3, 0), ('D0210', 'X-rays, whole mouth', 'FMX', 3, 0),
  ('D0274', 'Four bitewing X-rays', '4BW', 3, 0), ('D1110', 'Cleaning, adult', 'Pro', 3, 0),
  ('D1120', 'Cleaning, child', 'ChPro', 3, 0), ('D1206', 'Fluoride varnish', 'Fl', 3, 0),
  ('D2140', 'Silver filling, one surface', 'A1', 1, 0),
  ('D2391', 'White filling, one surface', 'C1', 1, 0),
  ('D2740', 'Porcelain crown', 'Crn', 2, 0), ('D3330', 'Root canal, molar', 'RCT', 2, 0),
  ('D4341', 'Deep cleaning, quadrant', 'SRP', 4, 0), ('D7140', 'Tooth removal', 'Ext', 2, 0),
  ('D9223', 'Deep sedation, each 15 minutes', 'Sed', 3, 0),
  ('D9944', 'Night guard', 'NG', 3, 0);
)sql";
}

}  // namespace chartbell::practice
