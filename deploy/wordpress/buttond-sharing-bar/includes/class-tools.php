<?php
/**
 * The page under Tools: files for the server's commands, and old posts.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Each button sends a form to the page itself, with a nonce; what it answers is a file, or the page with what came of it.
 */
final class Tools {

	const SLUG       = 'buttond-sharing-bar-tools';
	const NONCE      = 'buttond_sharing_bar_tools';
	const CAPABILITY = 'manage_options';

	/**
	 * What was typed of earlier addresses.
	 *
	 * @var string[]
	 */
	private static $typed = array(
		'structure' => '',
		'home'      => '',
	);

	/**
	 * What is wrong with it: sentences by field.
	 *
	 * @var string[]
	 */
	private static $wrong = array();

	/**
	 * Hooks the page in.
	 */
	public static function hooks() {
		add_action( 'admin_menu', array( __CLASS__, 'add' ) );
	}

	/**
	 * Adds the page to the menu.
	 */
	public static function add() {
		$page = add_management_page(
			__( 'Sharing Bar Tools', 'buttond-sharing-bar' ),
			__( 'Sharing Bar', 'buttond-sharing-bar' ),
			self::CAPABILITY,
			self::SLUG,
			array( __CLASS__, 'show' )
		);
		add_action( "load-$page", array( __CLASS__, 'load' ) );
	}

	/**
	 * Does what a button asks for.
	 */
	public static function load() {
		if ( ! isset( $_SERVER['REQUEST_METHOD'] ) || 'POST' !== $_SERVER['REQUEST_METHOD'] ) {
			return;
		}
		check_admin_referer( self::NONCE );
		if ( ! current_user_can( self::CAPABILITY ) ) {
			wp_die( esc_html__( 'You may not use these tools.', 'buttond-sharing-bar' ), 403 );
		}
		$step = isset( $_POST['step'] ) ? sanitize_key( $_POST['step'] ) : '';
		if ( 'shares' === $step ) {
			Import_File::send();
			exit;
		}
		if ( 'moves' === $step ) {
			self::send_moves( self::sent( 'structure' ), self::sent( 'home' ) );
			return;
		}
		Dead_Scripts_Page::receive(
			$step,
			isset( $_POST['posts'] ) ? array_map( 'absint', (array) wp_unslash( $_POST['posts'] ) ) : array(),
			isset( $_POST['place'] ) ? absint( $_POST['place'] ) : 0
		);
	}

	/**
	 * The page.
	 */
	public static function show() {
		echo '<div class="wrap"><h1>', esc_html( get_admin_page_title() ), '</h1>';
		Dead_Scripts_Page::show_results();
		self::show_shares();
		self::show_moves();
		if ( Dead_Scripts::allowed() ) {
			Dead_Scripts_Page::show();
		}
		echo '</div>';
	}

	/**
	 * Begins a form of this page.
	 */
	public static function begin_form() {
		echo '<form method="post" action="', esc_url( admin_url( 'tools.php?page=' . self::SLUG ) ), '">';
		wp_nonce_field( self::NONCE );
	}

	/**
	 * Prints a button that asks for a step.
	 *
	 * @param string $step Its name.
	 * @param string $text Its label.
	 */
	public static function button( $step, $text ) {
		echo '<button class="button" name="step" value="', esc_attr( $step ), '">', esc_html( $text ), '</button> ';
	}

	/**
	 * The counts of an earlier plugin.
	 */
	private static function show_shares() {
		echo '<h2>', esc_html__( 'Counts of an earlier plugin', 'buttond-sharing-bar' ), '</h2><p>';
		esc_html_e( 'This file takes the numbers that Shared Counts or Social Warfare left to your server; of two, the greater one.', 'buttond-sharing-bar' );
		echo '</p>';
		if ( ! Import_File::has_any() ) {
			echo '<p>', esc_html__( 'No public post of this blog has such a number.', 'buttond-sharing-bar' ), '</p>';
			return;
		}
		self::begin_form();
		echo '<p>';
		self::button( 'shares', __( 'Download the counts', 'buttond-sharing-bar' ) );
		echo '</p></form>';
		self::show_commands( __( 'Then, on the server, once, since each file is added to the numbers:', 'buttond-sharing-bar' ), array( 'buttond import shares.csv' ) );
	}

	/**
	 * Old and new addresses.
	 */
	private static function show_moves() {
		echo '<h2>', esc_html__( 'Posts that moved', 'buttond-sharing-bar' ), '</h2><p>';
		esc_html_e( 'Shares are counted by address. This file names the earlier addresses of each post, those that WordPress remembers and those that you know, so that their counts are added to today’s.', 'buttond-sharing-bar' );
		echo '</p>';
		self::begin_form();
		echo '<table class="form-table" role="presentation">';
		self::show_field(
			'structure',
			__( 'Earlier permalink structure', 'buttond-sharing-bar' ),
			'/%year%/%monthnum%/%postname%/, /?p=%post_id%'
		);
		self::show_field(
			'home',
			__( 'Earlier address of the blog', 'buttond-sharing-bar' ),
			'http://www.example.com/blog'
		);
		echo '</table><p>';
		self::button( 'moves', __( 'Download the addresses', 'buttond-sharing-bar' ) );
		echo '</p></form>';
		self::show_commands( __( 'Then, on the server (the first line only shows what would be moved):', 'buttond-sharing-bar' ), array( 'buttond move --dry-run --file moves.csv', 'buttond move --file moves.csv' ) );
	}

	/**
	 * A field, and what is wrong with it.
	 *
	 * @param string $name    Its name.
	 * @param string $label   Its label.
	 * @param string $example What to type.
	 */
	private static function show_field( $name, $label, $example ) {
		$wrong = isset( self::$wrong[ $name ] ) ? self::$wrong[ $name ] : '';
		$id    = "buttond-sharing-bar-$name";
		printf(
			'<tr><th scope="row"><label for="%1$s">%2$s</label></th><td><input type="text" class="regular-text code" id="%1$s" name="%3$s" value="%4$s" aria-describedby="%1$s-help"%5$s><p class="description" id="%1$s-help">',
			esc_attr( $id ),
			esc_html( $label ),
			esc_attr( $name ),
			esc_attr( self::$typed[ $name ] ),
			'' === $wrong ? '' : ' aria-invalid="true"'
		);
		if ( '' !== $wrong ) {
			echo '<strong>', esc_html( $wrong ), '</strong><br>';
		}
		/* translators: %s: an address, or a part of one. */
		echo esc_html( sprintf( __( 'Such as %s. Empty if it was always the same.', 'buttond-sharing-bar' ), $example ) ), '</p></td></tr>';
	}

	/**
	 * Commands for the server.
	 *
	 * @param string   $words    What they are for.
	 * @param string[] $commands The commands.
	 */
	private static function show_commands( $words, array $commands ) {
		echo '<p>', esc_html( $words ), '</p>';
		foreach ( $commands as $command ) {
			echo '<p><code>', esc_html( $command ), '</code></p>';
		}
	}

	/**
	 * What was typed into a field. Not sanitize_text_field(), which takes the "%da" of "%day%" for an encoded byte.
	 *
	 * @param string $name The field.
	 * @return string
	 */
	private static function sent( $name ) {
		// phpcs:ignore WordPress.Security.NonceVerification.Missing -- load() verified it.
		return isset( $_POST[ $name ] ) && is_string( $_POST[ $name ] ) ? trim( wp_strip_all_tags( wp_unslash( $_POST[ $name ] ) ) ) : '';
	}

	/**
	 * Sends the file of addresses, if what was typed can be read.
	 *
	 * @param string $structure The earlier structure.
	 * @param string $home      The earlier address.
	 */
	private static function send_moves( $structure, $home ) {
		self::$typed = compact( 'structure', 'home' );

		$read = array(
			'structure' => Earlier_Addresses::parse_structure( $structure ),
			'home'      => Earlier_Addresses::parse_home( $home ),
		);
		foreach ( array_filter( $read, 'is_wp_error' ) as $field => $error ) {
			self::$wrong[ $field ] = $error->get_error_message();
		}
		if ( ! self::$wrong ) {
			Moves_File::send( new Earlier_Addresses( $read['structure'], $read['home'] ) );
			exit;
		}
	}
}
