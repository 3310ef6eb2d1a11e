-- The tables of an Open Dental practice, as far as the mapping reads them.
--
-- Our own text: names, types, defaults and the engine (MyISAM) are those of the vendor's published
-- database schema. Some columns that no mapping reads are here too, so that tests can change them.

CREATE TABLE clinic (
  ClinicNum bigint(20) NOT NULL AUTO_INCREMENT,
  Description varchar(255) NOT NULL DEFAULT '',
  Address varchar(255) NOT NULL DEFAULT '',
  Address2 varchar(255) NOT NULL DEFAULT '',
  City varchar(255) NOT NULL DEFAULT '',
  State varchar(255) NOT NULL DEFAULT '',
  Zip varchar(255) NOT NULL DEFAULT '',
  Phone varchar(255) NOT NULL DEFAULT '',
  Fax varchar(50) NOT NULL DEFAULT '',
  IsHidden tinyint(4) NOT NULL DEFAULT 0,
  ItemOrder int(11) NOT NULL DEFAULT 0,
  PRIMARY KEY (ClinicNum)
) ENGINE=MyISAM;

CREATE TABLE definition (
  DefNum bigint(20) NOT NULL AUTO_INCREMENT,
  Category tinyint(3) unsigned NOT NULL DEFAULT 0,
  ItemOrder smallint(5) unsigned NOT NULL DEFAULT 0,
  ItemName varchar(255) DEFAULT '',
  ItemValue varchar(255) DEFAULT '',
  ItemColor int(11) NOT NULL DEFAULT 0,
  IsHidden tinyint(3) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (DefNum)
) ENGINE=MyISAM;

CREATE TABLE provider (
  ProvNum bigint(20) NOT NULL AUTO_INCREMENT,
  Abbr varchar(255) DEFAULT '',
  ItemOrder int(11) NOT NULL DEFAULT 0,
  LName varchar(100) DEFAULT '',
  FName varchar(100) DEFAULT '',
  MI varchar(100) DEFAULT '',
  Suffix varchar(100) DEFAULT '',
  Specialty bigint(20) NOT NULL DEFAULT 0,
  ProvColor int(11) NOT NULL DEFAULT 0,
  IsHidden tinyint(3) unsigned NOT NULL DEFAULT 0,
  NationalProvID varchar(255) DEFAULT '',
  DateTStamp timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (ProvNum)
) ENGINE=MyISAM;

CREATE TABLE operatory (
  OperatoryNum bigint(20) NOT NULL AUTO_INCREMENT,
  OpName varchar(255) DEFAULT '',
  Abbrev varchar(255) DEFAULT '',
  ItemOrder int(10) unsigned NOT NULL DEFAULT 0,
  IsHidden tinyint(3) unsigned NOT NULL DEFAULT 0,
  ClinicNum bigint(20) NOT NULL DEFAULT 0,
  DateTStamp timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (OperatoryNum),
  KEY ClinicNum (ClinicNum)
) ENGINE=MyISAM;

CREATE TABLE appointmenttype (
  AppointmentTypeNum bigint(20) NOT NULL AUTO_INCREMENT,
  AppointmentTypeName varchar(255) DEFAULT '',
  AppointmentTypeColor int(11) NOT NULL DEFAULT 0,
  ItemOrder int(11) NOT NULL DEFAULT 0,
  IsHidden tinyint(3) unsigned NOT NULL DEFAULT 0,
  Pattern varchar(255) NOT NULL DEFAULT '',
  CodeStr varchar(4000) NOT NULL DEFAULT '',
  PRIMARY KEY (AppointmentTypeNum)
) ENGINE=MyISAM;

CREATE TABLE schedule (
  ScheduleNum bigint(20) NOT NULL AUTO_INCREMENT,
  SchedDate date NOT NULL DEFAULT '0001-01-01',
  StartTime time NOT NULL DEFAULT '00:00:00',
  StopTime time NOT NULL DEFAULT '00:00:00',
  SchedType tinyint(3) unsigned NOT NULL DEFAULT 0,
  ProvNum bigint(20) NOT NULL DEFAULT 0,
  BlockoutType bigint(20) NOT NULL DEFAULT 0,
  Note text,
  Status tinyint(4) NOT NULL DEFAULT 0,
  EmployeeNum bigint(20) NOT NULL DEFAULT 0,
  DateTStamp timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  ClinicNum bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (ScheduleNum)
) ENGINE=MyISAM;

CREATE TABLE scheduleop (
  ScheduleOpNum bigint(20) NOT NULL AUTO_INCREMENT,
  ScheduleNum bigint(20) NOT NULL DEFAULT 0,
  OperatoryNum bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (ScheduleOpNum),
  KEY ScheduleNum (ScheduleNum)
) ENGINE=MyISAM;

CREATE TABLE patient (
  PatNum bigint(20) NOT NULL AUTO_INCREMENT,
  LName varchar(100) DEFAULT '',
  FName varchar(100) DEFAULT '',
  MiddleI varchar(100) DEFAULT '',
  Preferred varchar(100) DEFAULT '',
  PatStatus tinyint(3) unsigned NOT NULL DEFAULT 0,
  Gender tinyint(3) unsigned NOT NULL DEFAULT 0,
  Birthdate date NOT NULL DEFAULT '0001-01-01',
  SSN varchar(100) DEFAULT '',
  Address varchar(100) DEFAULT '',
  Address2 varchar(100) DEFAULT '',
  City varchar(100) DEFAULT '',
  State varchar(100) DEFAULT '',
  Zip varchar(100) DEFAULT '',
  HmPhone varchar(30) DEFAULT '',
  WkPhone varchar(30) DEFAULT '',
  WirelessPhone varchar(30) DEFAULT '',
  Guarantor bigint(20) NOT NULL DEFAULT 0,
  Email varchar(100) DEFAULT '',
  EstBalance double NOT NULL DEFAULT 0,
  BillingType bigint(20) NOT NULL DEFAULT 0,
  ImageFolder varchar(100) DEFAULT '',
  ChartNumber varchar(20) DEFAULT '',
  Bal_0_30 double NOT NULL DEFAULT 0,
  BalTotal double NOT NULL DEFAULT 0,
  DateFirstVisit date NOT NULL DEFAULT '0001-01-01',
  ClinicNum bigint(20) NOT NULL DEFAULT 0,
  TrophyFolder varchar(255) DEFAULT '',
  Language varchar(100) DEFAULT '',
  DateTStamp timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  TxtMsgOk tinyint(4) NOT NULL DEFAULT 0,
  SecurityHash varchar(255) NOT NULL DEFAULT '',
  PRIMARY KEY (PatNum),
  KEY indexLName (LName(10)),
  KEY indexFName (FName(10)),
  KEY Guarantor (Guarantor),
  KEY ClinicNum (ClinicNum)
) ENGINE=MyISAM;

CREATE TABLE insplan (
  PlanNum bigint(20) NOT NULL AUTO_INCREMENT,
  GroupName varchar(50) DEFAULT '',
  GroupNum varchar(25) DEFAULT '',
  PlanNote text,
  PlanType char(1) DEFAULT '',
  CarrierNum bigint(20) NOT NULL DEFAULT 0,
  IsMedical tinyint(3) unsigned NOT NULL DEFAULT 0,
  SecDateTEdit timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (PlanNum)
) ENGINE=MyISAM;

CREATE TABLE inssub (
  InsSubNum bigint(20) NOT NULL AUTO_INCREMENT,
  PlanNum bigint(20) NOT NULL DEFAULT 0,
  Subscriber bigint(20) NOT NULL DEFAULT 0,
  DateEffective date NOT NULL DEFAULT '0001-01-01',
  DateTerm date NOT NULL DEFAULT '0001-01-01',
  SubscriberID varchar(255) NOT NULL DEFAULT '',
  BenefitNotes text,
  SubscNote text,
  SecDateTEdit timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (InsSubNum),
  KEY PlanNum (PlanNum),
  KEY Subscriber (Subscriber)
) ENGINE=MyISAM;

CREATE TABLE patplan (
  PatPlanNum bigint(20) NOT NULL AUTO_INCREMENT,
  PatNum bigint(20) NOT NULL DEFAULT 0,
  Ordinal tinyint(3) unsigned NOT NULL DEFAULT 0,
  IsPending tinyint(3) unsigned NOT NULL DEFAULT 0,
  Relationship tinyint(3) unsigned NOT NULL DEFAULT 0,
  PatID varchar(100) DEFAULT '',
  InsSubNum bigint(20) NOT NULL DEFAULT 0,
  SecDateTEdit timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (PatPlanNum),
  KEY indexPatNum (PatNum),
  KEY InsSubNum (InsSubNum),
  KEY SecDateTEdit (SecDateTEdit)
) ENGINE=MyISAM;

CREATE TABLE procedurecode (
  CodeNum bigint(20) NOT NULL AUTO_INCREMENT,
  ProcCode varchar(15) NOT NULL DEFAULT '',
  Descript varchar(255) DEFAULT '',
  AbbrDesc varchar(50) DEFAULT '',
  ProcCat bigint(20) NOT NULL DEFAULT 0,
  DateTStamp timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (CodeNum),
  KEY ProcCode (ProcCode)
) ENGINE=MyISAM;

CREATE TABLE procedurelog (
  ProcNum bigint(20) NOT NULL AUTO_INCREMENT,
  PatNum bigint(20) NOT NULL DEFAULT 0,
  AptNum bigint(20) NOT NULL DEFAULT 0,
  ProcDate date NOT NULL DEFAULT '0001-01-01',
  ProcFee double NOT NULL DEFAULT 0,
  Surf varchar(10) DEFAULT '',
  ToothNum varchar(2) DEFAULT '',
  ToothRange varchar(100) DEFAULT '',
  Priority bigint(20) NOT NULL DEFAULT 0,
  ProcStatus tinyint(3) unsigned NOT NULL DEFAULT 0,
  ProvNum bigint(20) NOT NULL DEFAULT 0,
  PlannedAptNum bigint(20) NOT NULL DEFAULT 0,
  ClinicNum bigint(20) NOT NULL DEFAULT 0,
  CodeNum bigint(20) NOT NULL DEFAULT 0,
  UnitQty int(11) NOT NULL DEFAULT 0,
  BaseUnits int(11) NOT NULL DEFAULT 0,
  DateTP date NOT NULL DEFAULT '0001-01-01',
  HideGraphics tinyint(4) NOT NULL DEFAULT 0,
  DateTStamp timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  DateComplete date NOT NULL DEFAULT '0001-01-01',
  PRIMARY KEY (ProcNum),
  KEY indexPatNum (PatNum),
  KEY indexAptNum (AptNum),
  KEY DateTStamp (DateTStamp, PatNum)
) ENGINE=MyISAM;

CREATE TABLE appointment (
  AptNum bigint(20) NOT NULL AUTO_INCREMENT,
  PatNum bigint(20) NOT NULL DEFAULT 0,
  AptStatus tinyint(3) unsigned NOT NULL DEFAULT 0,
  Pattern varchar(255) DEFAULT '',
  Confirmed bigint(20) NOT NULL DEFAULT 0,
  TimeLocked tinyint(1) NOT NULL DEFAULT 0,
  Op bigint(20) NOT NULL DEFAULT 0,
  Note text,
  ProvNum bigint(20) NOT NULL DEFAULT 0,
  ProvHyg bigint(20) NOT NULL DEFAULT 0,
  AptDateTime datetime NOT NULL DEFAULT '0001-01-01 00:00:00',
  NextAptNum bigint(20) NOT NULL DEFAULT 0,
  UnschedStatus bigint(20) NOT NULL DEFAULT 0,
  IsNewPatient tinyint(3) unsigned NOT NULL DEFAULT 0,
  ProcDescript text,
  ClinicNum bigint(20) NOT NULL DEFAULT 0,
  IsHygiene tinyint(3) unsigned NOT NULL DEFAULT 0,
  DateTStamp timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  DateTimeArrived datetime NOT NULL DEFAULT '0001-01-01 00:00:00',
  DateTimeSeated datetime NOT NULL DEFAULT '0001-01-01 00:00:00',
  DateTimeDismissed datetime NOT NULL DEFAULT '0001-01-01 00:00:00',
  ColorOverride int(11) NOT NULL DEFAULT 0,
  AppointmentTypeNum bigint(20) NOT NULL DEFAULT 0,
  SecDateTEntry datetime NOT NULL DEFAULT '0001-01-01 00:00:00',
  SecurityHash varchar(255) NOT NULL DEFAULT '',
  PRIMARY KEY (AptNum),
  KEY PatNum (PatNum),
  KEY AptDateTime (AptDateTime)
) ENGINE=MyISAM;

CREATE TABLE histappointment (
  HistApptNum bigint(20) NOT NULL AUTO_INCREMENT,
  HistUserNum bigint(20) NOT NULL DEFAULT 0,
  HistDateTStamp datetime NOT NULL DEFAULT '0001-01-01 00:00:00',
  HistApptAction tinyint(4) NOT NULL DEFAULT 0,
  ApptSource tinyint(4) NOT NULL DEFAULT 0,
  AptNum bigint(20) NOT NULL DEFAULT 0,
  PatNum bigint(20) NOT NULL DEFAULT 0,
  AptStatus tinyint(3) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (HistApptNum),
  KEY AptNum (AptNum)
) ENGINE=MyISAM;
