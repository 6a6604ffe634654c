// How a pass gets from a node to the nodes inside it.
#pragma once

#include "engine/lang/ast.hpp"

namespace enclaved::engine::lang {

namespace detail {

template <class F>
void each_of(const node_list& nodes, F& visit) {
  for (node* n : nodes)
    if (n) visit(n);
}

template <class F>
void each_if(node* n, F& visit) {
  if (n) visit(n);
}

} // namespace detail

/// Calls visit(node*) for each node directly inside, in the order of the source; holes and absent parts are left out.
/// The key and value of a shorthand property are both visited.
template <class F>
void for_each_child(const node* n, F&& visit) {
  using detail::each_if;
  using detail::each_of;
  switch (n->kind) {
  case node_kind::program: each_of(as<program>(n)->body, visit); break;
  case node_kind::block_statement: each_of(as<block>(n)->body, visit); break;
  case node_kind::static_block: each_of(as<static_block>(n)->body, visit); break;
  case node_kind::expression_statement: each_if(as<expression_statement>(n)->expression, visit); break;
  case node_kind::if_statement: {
    const auto* s = as<if_statement>(n);
    visit(s->test), visit(s->consequent), each_if(s->alternate, visit);
    break;
  }
  case node_kind::for_statement: {
    const auto* s = as<for_statement>(n);
    each_if(s->init, visit), each_if(s->test, visit), each_if(s->update, visit), visit(s->body);
    break;
  }
  case node_kind::for_in_statement:
  case node_kind::for_of_statement: {
    const auto* s = as<for_each_statement>(n);
    visit(s->left), visit(s->right), visit(s->body);
    break;
  }
  case node_kind::while_statement: visit(as<loop_statement>(n)->test), visit(as<loop_statement>(n)->body); break;
  case node_kind::do_while_statement: visit(as<loop_statement>(n)->body), visit(as<loop_statement>(n)->test); break;
  case node_kind::continue_statement:
  case node_kind::break_statement: each_if(as<jump_statement>(n)->label, visit); break;
  case node_kind::try_statement: {
    const auto* s = as<try_statement>(n);
    visit(static_cast<node*>(s->body)), each_if(s->handler, visit), each_if(s->finalizer, visit);
    break;
  }
  case node_kind::catch_clause:
    each_if(as<catch_clause>(n)->parameter, visit), visit(static_cast<node*>(as<catch_clause>(n)->body));
    break;
  case node_kind::switch_statement:
    visit(as<switch_statement>(n)->discriminant);
    for (node* c : as<switch_statement>(n)->cases) visit(c);
    break;
  case node_kind::switch_case:
    each_if(as<switch_case>(n)->test, visit), each_of(as<switch_case>(n)->body, visit);
    break;
  case node_kind::labeled_statement:
    visit(static_cast<node*>(as<labeled_statement>(n)->label)), visit(as<labeled_statement>(n)->body);
    break;
  case node_kind::variable_declaration:
    for (node* d : as<variable_declaration>(n)->declarators) visit(d);
    break;
  case node_kind::variable_declarator:
    visit(as<variable_declarator>(n)->target), each_if(as<variable_declarator>(n)->init, visit);
    break;
  case node_kind::function_declaration:
  case node_kind::function_expression:
  case node_kind::arrow_function: {
    const auto* f = as<function_node>(n);
    each_if(f->id, visit), each_of(f->parameters, visit), visit(f->body);
    break;
  }
  case node_kind::class_declaration:
  case node_kind::class_expression: {
    const auto* c = as<class_node>(n);
    each_if(c->id, visit), each_if(c->heritage, visit), each_of(c->body, visit);
    break;
  }
  case node_kind::property:
  case node_kind::method_definition: visit(as<property>(n)->key), visit(as<property>(n)->value); break;
  case node_kind::property_definition: visit(as<field>(n)->key), each_if(as<field>(n)->value, visit); break;
  case node_kind::template_literal: {
    const auto* t = as<template_literal>(n);
    for (std::uint32_t i = 0; i < t->quasis.count; ++i) {
      visit(static_cast<node*>(t->quasis[i]));
      if (i < t->expressions.count) visit(t->expressions[i]);
    }
    break;
  }
  case node_kind::tagged_template:
    visit(as<tagged_template>(n)->tag), visit(static_cast<node*>(as<tagged_template>(n)->quasi));
    break;
  case node_kind::array_expression:
  case node_kind::object_expression:
  case node_kind::sequence_expression:
  case node_kind::array_pattern:
  case node_kind::object_pattern: each_of(as<list_node>(n)->items, visit); break;
  case node_kind::return_statement:
  case node_kind::throw_statement:
  case node_kind::unary_expression:
  case node_kind::update_expression:
  case node_kind::chain_expression:
  case node_kind::spread_element:
  case node_kind::yield_expression:
  case node_kind::await_expression:
  case node_kind::rest_element: each_if(as<unary_node>(n)->argument, visit); break;
  case node_kind::binary_expression:
  case node_kind::logical_expression:
  case node_kind::assignment_expression:
  case node_kind::assignment_pattern: visit(as<binary_node>(n)->left), visit(as<binary_node>(n)->right); break;
  case node_kind::conditional_expression: {
    const auto* c = as<conditional_expression>(n);
    visit(c->test), visit(c->consequent), visit(c->alternate);
    break;
  }
  case node_kind::call_expression:
  case node_kind::new_expression: visit(as<call_node>(n)->callee), each_of(as<call_node>(n)->arguments, visit); break;
  case node_kind::member_expression:
    visit(as<member_expression>(n)->object), visit(as<member_expression>(n)->property);
    break;
  case node_kind::empty_statement:
  case node_kind::debugger_statement:
  case node_kind::identifier:
  case node_kind::private_name:
  case node_kind::null_literal:
  case node_kind::boolean_literal:
  case node_kind::number_literal:
  case node_kind::string_literal:
  case node_kind::regexp_literal:
  case node_kind::template_element:
  case node_kind::this_expression:
  case node_kind::super_keyword:
  case node_kind::new_target: break;
  }
}

} // namespace enclaved::engine::lang
