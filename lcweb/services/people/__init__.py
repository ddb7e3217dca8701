"""People and their roles: added, changed and ended by whoever may, with who did it kept."""

from lcweb.services.passwords import HASHER, password_problem
from lcweb.services.people.accounts import (
    NewUser,
    add_membership,
    add_person,
    add_user,
    change_person,
    end_person,
    end_person_now,
    end_role,
    take_back_end,
    user_id_by_username,
)
from lcweb.services.people.ending import end_membership_row, end_person_row, end_sessions_of_ended
from lcweb.services.people.members import add_member, change_member, end_member_role, invite_member
from lcweb.services.people.rows import change_person_row, check_place, put_membership, put_person

__all__ = [
    "HASHER",
    "NewUser",
    "add_member",
    "add_membership",
    "add_person",
    "add_user",
    "change_member",
    "change_person",
    "change_person_row",
    "check_place",
    "end_member_role",
    "end_membership_row",
    "end_person",
    "end_person_now",
    "end_person_row",
    "end_role",
    "end_sessions_of_ended",
    "invite_member",
    "password_problem",
    "put_membership",
    "put_person",
    "take_back_end",
    "user_id_by_username",
]
