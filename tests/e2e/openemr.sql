-- The tables of an OpenEMR database, as far as the mapping reads them.
--
-- Our own text: names, types and keys are those of the project's published database schema.

CREATE TABLE facility (
  id int(11) NOT NULL AUTO_INCREMENT,
  name varchar(255) DEFAULT NULL,
  phone varchar(30) DEFAULT NULL,
  street varchar(255) DEFAULT NULL,
  city varchar(255) DEFAULT NULL,
  state varchar(50) DEFAULT NULL,
  postal_code varchar(11) DEFAULT NULL,
  email varchar(255) DEFAULT NULL,
  inactive tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE users (
  id bigint(20) NOT NULL AUTO_INCREMENT,
  username varchar(255) DEFAULT NULL,
  authorized tinyint(4) DEFAULT NULL,
  fname varchar(255) DEFAULT NULL,
  mname varchar(255) DEFAULT NULL,
  lname varchar(255) DEFAULT NULL,
  active tinyint(1) NOT NULL DEFAULT 1,
  npi varchar(15) DEFAULT NULL,
  specialty varchar(255) DEFAULT NULL,
  last_updated timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE list_options (
  list_id varchar(100) NOT NULL DEFAULT '',
  option_id varchar(100) NOT NULL DEFAULT '',
  title varchar(255) NOT NULL DEFAULT '',
  seq int(11) NOT NULL DEFAULT 0,
  activity tinyint(4) NOT NULL DEFAULT 1,
  PRIMARY KEY (list_id, option_id)
) ENGINE=InnoDB;

CREATE TABLE openemr_postcalendar_categories (
  pc_catid int(11) unsigned NOT NULL AUTO_INCREMENT,
  pc_constant_id varchar(255) DEFAULT NULL,
  pc_catname varchar(100) DEFAULT NULL,
  pc_duration bigint(20) NOT NULL DEFAULT 0,
  pc_cattype int(11) NOT NULL,
  pc_active tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (pc_catid)
) ENGINE=InnoDB;

CREATE TABLE openemr_postcalendar_events (
  pc_eid int(11) unsigned NOT NULL AUTO_INCREMENT,
  uuid binary(16) DEFAULT NULL,
  pc_catid int(11) NOT NULL DEFAULT 0,
  pc_aid varchar(30) DEFAULT NULL,
  pc_pid varchar(11) DEFAULT NULL,
  pc_title varchar(150) DEFAULT NULL,
  pc_time datetime DEFAULT NULL,
  pc_hometext text DEFAULT NULL,
  pc_eventDate date NOT NULL DEFAULT '0000-00-00',
  pc_endDate date NOT NULL DEFAULT '0000-00-00',
  pc_duration bigint(20) NOT NULL DEFAULT 0,
  pc_recurrtype int(1) NOT NULL DEFAULT 0,
  pc_recurrspec text DEFAULT NULL,
  pc_startTime time DEFAULT NULL,
  pc_endTime time DEFAULT NULL,
  pc_apptstatus varchar(15) NOT NULL DEFAULT '-',
  pc_facility int(11) NOT NULL DEFAULT 0,
  pc_room varchar(20) NOT NULL DEFAULT '',
  PRIMARY KEY (pc_eid),
  KEY basic_event (pc_catid, pc_aid, pc_eventDate, pc_endDate),
  KEY pc_eventDate (pc_eventDate),
  KEY index_pcid (pc_pid)
) ENGINE=InnoDB;

CREATE TABLE patient_tracker (
  id bigint(20) NOT NULL AUTO_INCREMENT,
  date datetime DEFAULT NULL,
  apptdate date DEFAULT NULL,
  appttime time DEFAULT NULL,
  eid bigint(20) NOT NULL DEFAULT 0,
  pid bigint(20) NOT NULL DEFAULT 0,
  lastseq varchar(4) NOT NULL DEFAULT '',
  PRIMARY KEY (id),
  KEY eid (eid),
  KEY pid (pid)
) ENGINE=InnoDB;

CREATE TABLE patient_tracker_element (
  pt_tracker_id bigint(20) NOT NULL DEFAULT 0,
  start_datetime datetime DEFAULT NULL,
  room varchar(20) NOT NULL DEFAULT '',
  status varchar(31) NOT NULL DEFAULT '',
  seq varchar(4) NOT NULL DEFAULT '',
  user varchar(255) NOT NULL DEFAULT '',
  KEY pt_tracker_id (pt_tracker_id, seq)
) ENGINE=InnoDB;

CREATE TABLE patient_data (
  id bigint(20) NOT NULL AUTO_INCREMENT,
  uuid binary(16) DEFAULT NULL,
  language varchar(255) NOT NULL DEFAULT '',
  fname varchar(255) NOT NULL DEFAULT '',
  lname varchar(255) NOT NULL DEFAULT '',
  mname varchar(255) NOT NULL DEFAULT '',
  DOB date DEFAULT NULL,
  street varchar(255) NOT NULL DEFAULT '',
  street_line_2 tinytext DEFAULT NULL,
  postal_code varchar(255) NOT NULL DEFAULT '',
  city varchar(255) NOT NULL DEFAULT '',
  state varchar(255) NOT NULL DEFAULT '',
  phone_home varchar(255) NOT NULL DEFAULT '',
  phone_biz varchar(255) NOT NULL DEFAULT '',
  phone_cell varchar(255) NOT NULL DEFAULT '',
  sex varchar(255) NOT NULL DEFAULT '',
  email varchar(255) NOT NULL DEFAULT '',
  pubpid varchar(255) NOT NULL DEFAULT '',
  pid bigint(20) NOT NULL DEFAULT 0,
  hipaa_allowsms varchar(3) NOT NULL DEFAULT 'NO',
  deceased_date datetime DEFAULT NULL,
  last_updated timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (id),
  UNIQUE KEY pid (pid)
) ENGINE=InnoDB;

CREATE TABLE insurance_data (
  id bigint(20) NOT NULL AUTO_INCREMENT,
  uuid binary(16) DEFAULT NULL,
  type enum('primary','secondary','tertiary') DEFAULT NULL,
  provider varchar(255) DEFAULT NULL,
  policy_number varchar(255) DEFAULT NULL,
  subscriber_relationship varchar(255) DEFAULT NULL,
  date date DEFAULT NULL,
  date_end date DEFAULT NULL,
  pid bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY pid_type_date (pid, type, date)
) ENGINE=InnoDB;

CREATE TABLE form_encounter (
  id bigint(20) NOT NULL AUTO_INCREMENT,
  date datetime DEFAULT NULL,
  facility_id int(11) NOT NULL DEFAULT 0,
  pid bigint(20) DEFAULT NULL,
  encounter bigint(20) DEFAULT NULL,
  provider_id int(11) DEFAULT 0,
  last_update timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (id),
  KEY pid_encounter (pid, encounter)
) ENGINE=InnoDB;

CREATE TABLE billing (
  id int(11) NOT NULL AUTO_INCREMENT,
  date datetime DEFAULT NULL,
  code_type varchar(15) DEFAULT NULL,
  code varchar(20) DEFAULT NULL,
  pid bigint(20) DEFAULT NULL,
  provider_id int(11) DEFAULT NULL,
  encounter int(11) DEFAULT NULL,
  code_text longtext DEFAULT NULL,
  activity tinyint(1) DEFAULT NULL,
  units int(11) DEFAULT NULL,
  fee decimal(12,2) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY pid (pid)
) ENGINE=InnoDB;

CREATE TABLE sequences (
  id int(11) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE=InnoDB;
INSERT INTO sequences VALUES (40);

CREATE TABLE categories (
  id int(11) NOT NULL DEFAULT 0,
  name varchar(255) DEFAULT NULL,
  parent int(11) NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE=InnoDB;
INSERT INTO categories VALUES (1, 'Categories', 0), (2, 'Lab Report', 1), (3, 'Medical Record', 1),
  (4, 'Patient Information', 1);

CREATE TABLE categories_to_documents (
  category_id int(11) NOT NULL DEFAULT 0,
  document_id int(11) NOT NULL DEFAULT 0,
  PRIMARY KEY (category_id, document_id)
) ENGINE=InnoDB;

CREATE TABLE documents (
  id int(11) NOT NULL DEFAULT 0,
  uuid binary(16) DEFAULT NULL,
  type enum('file_url', 'blob', 'web_url') DEFAULT NULL,
  size int(11) DEFAULT NULL,
  date datetime DEFAULT NULL,
  date_expires datetime DEFAULT NULL,
  url varchar(255) DEFAULT NULL,
  thumb_url varchar(255) DEFAULT NULL,
  mimetype varchar(255) DEFAULT NULL,
  pages int(11) DEFAULT NULL,
  owner int(11) DEFAULT NULL,
  revision timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  foreign_id bigint(20) DEFAULT NULL,
  docdate date DEFAULT NULL,
  hash varchar(255) DEFAULT NULL,
  list_id bigint(20) NOT NULL DEFAULT 0,
  name varchar(255) DEFAULT NULL,
  drive_uuid binary(16) DEFAULT NULL,
  storagemethod tinyint(4) NOT NULL DEFAULT 0,
  path_depth tinyint(4) DEFAULT 1,
  imported tinyint(4) DEFAULT 0,
  encounter_id bigint(20) NOT NULL DEFAULT 0,
  encrypted tinyint(4) NOT NULL DEFAULT 0,
  deleted tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY drive_uuid (drive_uuid),
  KEY foreign_id (foreign_id)
) ENGINE=InnoDB;
