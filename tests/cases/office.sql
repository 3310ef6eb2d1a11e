-- Two patients, a booked appointment with its procedure, a plan.
INSERT INTO patient (PatNum, LName, FName, MiddleI, PatStatus, Gender, Birthdate, Address, Address2,
                     City, State, Zip, HmPhone, WkPhone, WirelessPhone, Guarantor, Email, PriProv,
                     BillingType, ClinicNum, TxtMsgOk, Language, SecDateEntry, DateFirstVisit)
VALUES (1, 'Abbott', 'Ann', '', 0, 1, '1980-02-29', '1 Elm Road', '', 'Willow', 'NY', '12599',
        '(845) 555-0111', '', '', 1, 'ann@example.org', 1, 40, 0, 2, 'eng', '2020-01-02',
        '2020-01-02'),
       (2, 'Abbott', 'Bob', 'J', 0, 0, '2012-07-01', '1 Elm Road', '', 'Willow', 'NY', '12599',
        '(845) 555-0111', '', '', 1, '', 1, 40, 0, 0, '', '2020-01-02', '2020-01-02');

INSERT INTO insplan (PlanNum, GroupName, GroupNum, CarrierNum, IsMedical) VALUES (1, 'G', '7', 1, 0);
INSERT INTO inssub (InsSubNum, PlanNum, Subscriber, DateEffective, SubscriberID)
VALUES (1, 1, 1, '2020-01-01', 'S-100');
INSERT INTO patplan (PatPlanNum, PatNum, Ordinal, Relationship, InsSubNum)
VALUES (1, 1, 1, 0, 1), (2, 2, 1, 2, 1);

INSERT INTO appointment (AptNum, PatNum, AptStatus, Pattern, Confirmed, Op, Note, ProvNum,
                         AptDateTime, IsNewPatient, ClinicNum, SecDateTEntry)
VALUES (1, 1, 1, '//XXXX//', 19, 1, '', 1, '2024-06-03 09:00:00', 0, 0, '2024-05-01 10:00:00');
INSERT INTO procedurelog (ProcNum, PatNum, AptNum, ProcDate, ProcFee, Surf, ToothNum, ProcStatus,
                          ProvNum, ClinicNum, CodeNum, UnitQty, BaseUnits, DateTP)
VALUES (1, 1, 1, '2024-06-03', 80, '', '', 1, 1, 0, 1, 1, 0, '2024-05-01');
